import type { TTSEvent, TTSRequest } from '@parley/core/provider';
import { type Call, PcmReader } from '@parley/core/provider-kit';
import type { RestClient } from './deepgram-client.js';
import { cutError, protocolError, unsupported } from './deepgram-error.js';
import type { DeepgramTTSOptions } from './deepgram-settings.js';
import { restError } from './rest-error.js';
import { isSpeakable } from './speech.js';

/** Of the vendor, per request. @see https://developers.deepgram.com/docs/text-to-speech */
const longestText = 2000;

interface Asked {
  readonly client: RestClient;
  readonly model: string;
  readonly request: TTSRequest;
  readonly options: DeepgramTTSOptions;
}

/** One request for each segment; its audio is handed on as it comes. */
export async function* speakOverRest(call: Call, asked: Asked): AsyncGenerator<TTSEvent, void, void> {
  const texts = new Map<string, string>();
  for await (const input of asked.request.text) {
    const { segmentId } = input;
    if (input.type === 'text') {
      texts.set(segmentId, (texts.get(segmentId) ?? '') + input.text);
      continue;
    }
    const text = texts.get(segmentId) ?? '';
    texts.delete(segmentId);
    if (isSpeakable(text)) yield* speak(call, asked, { segmentId, text });
    if (call.signal.aborted) return;
    yield { type: 'segment-end', segmentId };
  }
}

async function* speak(
  { signal }: Call,
  { client, model, request, options }: Asked,
  { segmentId, text }: { readonly segmentId: string; readonly text: string },
): AsyncGenerator<TTSEvent, void, void> {
  if (text.length > longestText)
    throw unsupported(`a segment has ${text.length} characters, and the vendor takes ${longestText}: give it by the sentence`);
  const { sampleRate } = request;
  const reader = new PcmReader({ sampleRate });
  let hasAudio = false;
  try {
    const sdk = await client.get();
    const asking = sdk.speak.v1.audio.generate(
      { text, model, encoding: 'linear16', container: 'none', sample_rate: sampleRate, ...optionsOf(options) },
      { abortSignal: signal, maxRetries: 0 },
    );
    const { data, rawResponse } = await asking.withRawResponse();
    const requestId = rawResponse.headers.get('dg-request-id');
    const type = rawResponse.headers.get('content-type') ?? '';
    yield {
      type: 'response-metadata',
      ...(requestId === null ? {} : { requestId }),
      model: rawResponse.headers.get('dg-model-name') ?? model,
    };
    yield { type: 'usage', usage: { characters: text.length } };
    if (type.includes('json') || type.startsWith('text/')) throw protocolError(`the vendor answered with ${type} in place of audio`);
    const body: AsyncIterable<Uint8Array> | null | undefined = data.stream();
    if (body === null || body === undefined) throw cutError();
    for await (const bytes of body) {
      for (const frame of reader.push(bytes)) {
        hasAudio = true;
        yield { type: 'audio', segmentId, frame };
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw restError(error, request.clock);
  }
  if (signal.aborted) return;
  const last = reader.flush();
  if (last !== undefined) yield { type: 'audio', segmentId, frame: last };
  else if (!hasAudio) throw cutError();
}

const optionsOf = ({ speed, tags, optOutOfModelImprovement }: DeepgramTTSOptions) => ({
  ...(speed === undefined ? {} : { speed }),
  ...(tags === undefined ? {} : { tag: [...tags] }),
  ...(optOutOfModelImprovement === undefined ? {} : { mip_opt_out: optOutOfModelImprovement }),
});
