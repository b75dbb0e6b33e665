import type { TTSEvent, TTSRequest } from '@parley/core/provider';
import { type Call, PcmReader } from '@parley/core/provider-kit';
import type { SpeakPool } from './speak-pool.js';
import type { SpeakSocket } from './speak-socket.js';
import { Speech, type SpokenSegment } from './speech.js';

/** One call over the vendor's sockets: segments in order, each with its audio and its end. */
export async function* speakOverSocket(
  call: Call,
  { pool, url, model, request }: { readonly pool: SpeakPool; readonly url: string; readonly model: string; readonly request: TTSRequest },
): AsyncGenerator<TTSEvent, void, void> {
  const speech = await call.open(new Speech(pool, { request, url, signal: call.signal }));
  const told = new Set<SpeakSocket>();
  const usage = function* (): Generator<TTSEvent, void, void> {
    const characters = speech.takeCharacters();
    if (characters > 0) yield { type: 'usage', usage: { characters } };
  };
  try {
    for await (const segment of speech.segments) {
      for await (const event of audioOf(segment, request.sampleRate)) {
        const socket = segment.voice?.socket;
        if (socket !== undefined && !told.has(socket)) yield metadataOf(socket, model);
        if (socket !== undefined) told.add(socket);
        if (event !== 'end') yield event;
        else {
          yield* usage();
          yield { type: 'segment-end', segmentId: segment.segmentId };
        }
      }
      if (call.signal.aborted) break;
    }
  } catch (error) {
    yield* usage();
    if (!call.signal.aborted) throw error;
  }
  yield* usage();
}

const metadataOf = (socket: SpeakSocket, model: string): TTSEvent => ({
  type: 'response-metadata',
  ...(socket.requestId === undefined ? {} : { requestId: socket.requestId }),
  model: socket.servedModel ?? model,
});

/** Up to the segment's `end`, which one that was abandoned has not. */
async function* audioOf(
  segment: SpokenSegment,
  sampleRate: number,
): AsyncGenerator<Extract<TTSEvent, { readonly type: 'audio' }> | 'end', void, void> {
  const { segmentId, voice } = segment;
  if (voice === undefined) return yield 'end';
  const reader = new PcmReader({ sampleRate });
  while (segment.isAbandoned !== true) {
    // Not by a loop over it: the segments that follow are read from it, too.
    const { done, value } = await voice.events.next();
    if (done === true) return;
    if (value.type === 'audio') for (const frame of reader.push(value.bytes)) yield { type: 'audio', segmentId, frame };
    if (value.type !== 'flushed') continue;
    const last = reader.flush();
    if (last !== undefined) yield { type: 'audio', segmentId, frame: last };
    return yield 'end';
  }
}
