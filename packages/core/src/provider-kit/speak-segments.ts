import { APIConnectionError, type APIError } from '../provider/api-error.js';
import type { ReceiptEvent } from '../provider/receipt-event.js';
import type { TTSEvent, TTSRequest } from '../provider/tts.js';
import type { Call } from './call-stream.js';
import { PcmReader } from './pcm-reader.js';

/** What the vendor answered to the text of one segment. */
export interface SegmentAnswer {
  /** Told before the audio. */
  readonly receipts: readonly ReceiptEvent[];
  /** 16-bit little-endian PCM, mono, at the request's rate, in pieces of any length; nothing: the answer was cut. */
  readonly body: AsyncIterable<Uint8Array> | null | undefined;
}

export interface SpeakSegmentsOptions {
  readonly request: TTSRequest;
  readonly provider: string;
  /** Asks once; ends with the call's signal, by whatever error. Not called for a segment in which there is nothing to say. */
  readonly ask: (text: string) => Promise<SegmentAnswer>;
  /** What `ask` or its body throws, as an error of the contract. */
  readonly toError: (error: unknown) => APIError;
}

/**
 * The stream of a TTS that takes one request for each segment: its text is gathered until its flush, its audio handed on as it comes.
 *
 * @throws {APIError} By `toError`; a connection error where an answer ends without any audio.
 */
export async function* speakSegments(call: Call, options: SpeakSegmentsOptions): AsyncGenerator<TTSEvent, void, void> {
  const texts = new Map<string, string>();
  for await (const input of options.request.text) {
    const { segmentId } = input;
    if (input.type === 'text') {
      texts.set(segmentId, (texts.get(segmentId) ?? '') + input.text);
      continue;
    }
    const text = texts.get(segmentId) ?? '';
    texts.delete(segmentId);
    if (/[\p{L}\p{N}]/u.test(text)) yield* speak(call, options, { segmentId, text });
    if (call.signal.aborted) return;
    yield { type: 'segment-end', segmentId };
  }
}

async function* speak(
  { signal }: Call,
  { request, provider, ask, toError }: SpeakSegmentsOptions,
  { segmentId, text }: { readonly segmentId: string; readonly text: string },
): AsyncGenerator<TTSEvent, void, void> {
  const reader = new PcmReader({ sampleRate: request.sampleRate });
  let hasAudio = false;
  try {
    const { receipts, body } = await ask(text);
    yield* receipts;
    for await (const bytes of body ?? []) {
      for (const frame of reader.push(bytes)) {
        hasAudio = true;
        yield { type: 'audio', segmentId, frame };
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw toError(error);
  }
  if (signal.aborted) return;
  const last = reader.flush();
  if (last !== undefined) yield { type: 'audio', segmentId, frame: last };
  else if (!hasAudio) throw new APIConnectionError('the answer ended before it was complete', { provider });
}
