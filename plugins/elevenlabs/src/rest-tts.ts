import type { TTS, TTSEvent, TTSRequest } from '@parley/core/provider';
import { type Call, callStream, primaryTag, speakSegments } from '@parley/core/provider-kit';
import type { ElevenLabsAccount } from './eleven-labs-account.js';
import type { ElevenLabsTTSOptions } from './eleven-labs-settings.js';
import { defaultVoice, refuseRate, sampleRates, voiceSettingsOf } from './speech-settings.js';
import { answerFailure, provider, toAPIError } from './vendor-error.js';

const capabilities: TTS['capabilities'] = Object.freeze({ streaming: false, wordTimings: false, sampleRates });
/** Of an answer that is no audio: enough to find its code. */
const mostErrorBytes = 16_384;

interface Asked {
  readonly account: ElevenLabsAccount;
  readonly model: string;
  readonly options: ElevenLabsTTSOptions;
  readonly request: TTSRequest;
}

/** Speech by the segment, each of them one request: audio is handed on as it comes. */
export function createRestTTS(account: ElevenLabsAccount, model: string, options: ElevenLabsTTSOptions): TTS {
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider,
    model,
    capabilities,
    synthesize: (request) => {
      refuseRate(request.sampleRate);
      return callStream(request, (call) => synthesize(call, { account, model, options, request }));
    },
  };
}

function synthesize(call: Call, asked: Asked): AsyncGenerator<TTSEvent, void, void> {
  const { request, model } = asked;
  return speakSegments(call, {
    request,
    provider,
    ask: async (text) => {
      const response = await ask(asked, { text, signal: call.signal });
      const requestId = response.headers.get('request-id');
      return {
        receipts: [
          { type: 'response-metadata', ...(requestId === null ? {} : { requestId }), model },
          { type: 'usage', usage: { characters: costOf(response) ?? text.length } },
        ],
        body: response.body,
      };
    },
    toError: toAPIError,
  });
}

/** Gives an answer of audio. @throws {APIError} It is another one: also with status 200 it may be an error, in JSON. */
async function ask(
  { account, model, options, request }: Asked,
  { text, signal }: { readonly text: string; readonly signal: AbortSignal },
): Promise<Response> {
  const { voiceSettings, textNormalization, logging } = options;
  const { voice = options.voice ?? defaultVoice, language, sampleRate, clock } = request;
  const query = new URLSearchParams({
    output_format: `pcm_${sampleRate}`,
    ...(logging === undefined ? {} : { enable_logging: String(logging) }),
  });
  const body = {
    text,
    model_id: model,
    language_code: language === undefined ? undefined : primaryTag(language),
    voice_settings: voiceSettings === undefined ? undefined : voiceSettingsOf(voiceSettings),
    apply_text_normalization: textNormalization,
  };
  const response = await fetch(account.httpUrl(`/v1/text-to-speech/${encodeURIComponent(voice)}/stream`, query), {
    method: 'POST',
    headers: { ...account.headers(account.key), 'content-type': 'application/json' },
    body: JSON.stringify(body),
    // The key goes nowhere else.
    redirect: 'error',
    signal,
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && (type.startsWith('audio/') || type.startsWith('application/octet-stream'))) return response;
  throw answerFailure(response, await beginningOf(response), clock);
}

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const pieces: AsyncIterable<Uint8Array> = body;
  for await (const bytes of pieces) {
    chunks.push(bytes);
    sizeBytes += bytes.byteLength;
    if (sizeBytes > mostErrorBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

function costOf({ headers }: Response): number | undefined {
  const characters = Number(headers.get('character-cost') ?? Number.NaN);
  return Number.isInteger(characters) && characters >= 0 ? characters : undefined;
}
