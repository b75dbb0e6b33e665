import type { ReceiptEvent, TTS, TTSRequest } from '@parley/core/provider';
import { callStream, speakSegments } from '@parley/core/provider-kit';
import type { OpenAIClient } from './openai-client.js';
import { protocolError, toAPIError, unsupported } from './openai-error.js';
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
      const asked = { client, model, request, options };
      return callStream(request, (call) =>
        speakSegments(call, {
          request,
          provider: 'openai',
          ask: (text) => ask(asked, { text, signal: call.signal }),
          toError: (error) => toAPIError(error, request.clock),
        }),
      );
    },
  };
}

interface Asked {
  readonly client: OpenAIClient;
  readonly model: string;
  readonly request: TTSRequest;
  readonly options: OpenAITTSOptions;
}

async function ask({ client, model, request, options }: Asked, { text, signal }: { readonly text: string; readonly signal: AbortSignal }) {
  if (text.length > longestText)
    throw unsupported(`a segment has ${text.length} characters, and the vendor takes ${longestText}: give it by the sentence`);
  const { instructions, speed } = options;
  const sdk = await client.get();
  const response = await sdk.audio.speech.create(
    {
      model,
      voice: request.voice ?? options.voice ?? 'alloy',
      input: text,
      response_format: 'pcm',
      ...(instructions === undefined ? {} : { instructions }),
      ...(speed === undefined ? {} : { speed }),
    },
    { signal, maxRetries: 0 },
  );
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json') || type.startsWith('text/')) throw protocolError(`the vendor answered with ${type} in place of audio`);
  return { receipts: receiptsOf(response, { model, text }), body: response.body };
}

function receiptsOf({ headers }: Response, { model, text }: { readonly model: string; readonly text: string }): readonly ReceiptEvent[] {
  const requestId = headers.get('x-request-id');
  return [
    { type: 'response-metadata', ...(requestId === null ? {} : { requestId }), model },
    { type: 'usage', usage: { characters: text.length } },
  ];
}
