import type { DeepgramClient } from '@deepgram/sdk';
import type { TTS, TTSRequest } from '@parley/core/provider';
import { callStream } from '@parley/core/provider-kit';
import type { DeepgramAccount, Query } from './deepgram-account.js';
import { RestClient } from './deepgram-client.js';
import { unsupported } from './deepgram-error.js';
import type { DeepgramTTSOptions } from './deepgram-settings.js';
import { speakOverSocket } from './speak-call.js';
import { SpeakPool } from './speak-pool.js';
import { speakOverRest } from './speak-rest.js';

/** By the names of the SDK's own arguments. */
type SpeakQuery = Partial<Record<keyof Parameters<DeepgramClient['speak']['v1']['connect']>[0], Query[string]>>;

const preferredRate = 24_000;
const sampleRates = Object.freeze([preferredRate, 16_000, 48_000, 32_000, 8000]);

/**
 * Speech, over sockets that are kept from reply to reply, or by one request for each sentence.
 *
 * @throws {RangeError} The speed is out of its range.
 */
export function createSpeakTTS(account: DeepgramAccount, model: string, options: DeepgramTTSOptions): TTS {
  const { speed, transport = 'websocket' } = options;
  if (speed !== undefined && !(speed >= 0.7 && speed <= 1.5)) throw new RangeError(`"speed" is 0.7 to 1.5, not ${speed}`);
  return transport === 'rest' ? createRestTTS(account, model, options) : createSocketTTS(account, model, options);
}

function createSocketTTS(account: DeepgramAccount, model: string, options: DeepgramTTSOptions): TTS {
  const pool = new SpeakPool(account);
  const urlFor = (name: string, sampleRate: number) => {
    const query: SpeakQuery = {
      model: name,
      encoding: 'linear16',
      sample_rate: sampleRate,
      speed: options.speed,
      mip_opt_out: options.optOutOfModelImprovement,
    };
    return account.socketUrl('/v1/speak', query);
  };
  return {
    ...partsOf(model, { streaming: true }),
    synthesize: (request) => {
      checkRequest(request);
      const voice = request.voice ?? model;
      return callStream(request, (call) => speakOverSocket(call, { pool, url: urlFor(voice, request.sampleRate), model: voice, request }));
    },
    prewarm: ({ signal, clock }) => pool.prewarm(urlFor(model, preferredRate), { signal, clock }),
    close: () => pool.close(),
  };
}

function createRestTTS(account: DeepgramAccount, model: string, options: DeepgramTTSOptions): TTS {
  const client = new RestClient(account);
  return {
    ...partsOf(model, { streaming: false }),
    synthesize: (request) => {
      checkRequest(request);
      return callStream(request, (call) => speakOverRest(call, { client, model: request.voice ?? model, request, options }));
    },
    prewarm: async () => void (await client.get()),
  };
}

const partsOf = (model: string, { streaming }: { readonly streaming: boolean }) =>
  ({
    specificationVersion: 1,
    kind: 'tts',
    provider: 'deepgram',
    model,
    capabilities: Object.freeze({ streaming, wordTimings: false, sampleRates }),
  }) as const;

function checkRequest({ sampleRate }: TTSRequest): void {
  if (!sampleRates.includes(sampleRate))
    throw unsupported(`this voice speaks at ${sampleRates.join(', ')} Hz, not at ${sampleRate}: resample its audio`);
}
