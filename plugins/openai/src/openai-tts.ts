import type { TTS, TTSEvent, TTSRequest } from '@parley/core/provider';
import { type Call, callStream, PcmReader } from '@parley/core/provider-kit';
import type { OpenAIClient } from './openai-client.js';
import { cutError, protocolError, toAPIError, unsupported } from './openai-error.js';
import type { OpenAITTSOptions } from './openai-settings.js';

/** Of the format `pcm`: 16-bit, mono. @see https://platform.openai.com/docs/guides/text-to-speech */
const sampleRate = 24_000;
/** Of the vendor, per request. */
const longestText = 4096;

const capabilities = Object.freeze({ streaming: false, wordTimings: false, sampleRates: Object.freeze([sampleRate]) });

/** Speech by the sentence: audio is handed on as it comes, without waiting for the rest of it. */
export function createSpeechTTS(client: OpenAIClient, model: string, options: OpenAITTSOptions): TTS {
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider: 'openai',
    model,
    capabilities,
    prewarm: async () => void (await client.get()),
    synthesize: (request) => {
      if (request.sampleRate !== sampleRate)
        throw unsupported(`this voice speaks at ${sampleRate} Hz, not at ${request.sampleRate}: resample its audio`);
      return callStream(request, (call) => synthesize(call, { client, model, request, options }));
    },
  };
}

interface Asked {
  readonly client: OpenAIClient;
  readonly model: string;
  readonly request: TTSRequest;
  readonly options: OpenAITTSOptions;
}

async function* synthesize(call: Call, asked: Asked): AsyncGenerator<TTSEvent, void, void> {
  const texts = new Map<string, string>();
  for await (const input of asked.request.text) {
    const { segmentId } = input;
    if (input.type === 'text') {
      texts.set(segmentId, (texts.get(segmentId) ?? '') + input.text);
      continue;
    }
    const text = texts.get(segmentId) ?? '';
    texts.delete(segmentId);
    if (/[\p{L}\p{N}]/u.test(text)) yield* speak(call, asked, { segmentId, text });
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
  const { instructions, speed } = options;
  const voice = request.voice ?? options.voice ?? 'alloy';
  const reader = new PcmReader({ sampleRate });
  let hasAudio = false;
  try {
    const sdk = await client.get();
    const response = await sdk.audio.speech.create(
      {
        model,
        voice,
        input: text,
        response_format: 'pcm',
        ...(instructions === undefined ? {} : { instructions }),
        ...(speed === undefined ? {} : { speed }),
      },
      { signal, maxRetries: 0 },
    );
    const requestId = response.headers.get('x-request-id');
    yield { type: 'response-metadata', ...(requestId === null ? {} : { requestId }), model };
    yield { type: 'usage', usage: { characters: text.length } };
    const type = response.headers.get('content-type') ?? '';
    if (type.includes('json') || type.startsWith('text/')) throw protocolError(`the vendor answered with ${type} in place of audio`);
    if (response.body === null) throw cutError();
    const body: AsyncIterable<Uint8Array> = response.body;
    for await (const bytes of body) {
      for (const frame of reader.push(bytes)) {
        hasAudio = true;
        yield { type: 'audio', segmentId, frame };
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw toAPIError(error, request.clock);
  }
  if (signal.aborted) return;
  const last = reader.flush();
  if (last !== undefined) yield { type: 'audio', segmentId, frame: last };
  else if (!hasAudio) throw cutError();
}
