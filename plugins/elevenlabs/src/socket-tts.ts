import type { TTS, TTSEvent, TTSRequest } from '@parley/core/provider';
import { type Call, callStream, primaryTag } from '@parley/core/provider-kit';
import type { ElevenLabsAccount } from './eleven-labs-account.js';
import type { ElevenLabsTTSOptions } from './eleven-labs-settings.js';
import { SocketPool, type SocketTarget } from './socket-pool.js';
import { SocketSpeech } from './socket-speech.js';
import { defaultVoice, refuseRate, sampleRates, voiceSettingsOf } from './speech-settings.js';

/** The most that it can be asked for, in seconds; the default is 20. */
const inactivityTimeout = 180;

const capabilities: TTS['capabilities'] = Object.freeze({ streaming: true, wordTimings: true, sampleRates });

/** Speech over sockets that calls share: an utterance after another needs no new handshake. */
export function createSocketTTS(account: ElevenLabsAccount, model: string, options: ElevenLabsTTSOptions): TTS {
  const pool = new SocketPool();
  const asked = { account, model, options, pool };
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider: 'elevenlabs',
    model,
    capabilities,
    prewarm: async ({ signal, clock }) => pool.prewarm({ target: targetOf({ sampleRate: sampleRates[0] }, asked), signal, clock }),
    close: async () => pool.close(),
    synthesize: (request) => {
      refuseRate(request.sampleRate);
      return callStream(request, (call) => synthesize(call, request, asked));
    },
  };
}

interface Asked {
  readonly account: ElevenLabsAccount;
  readonly model: string;
  readonly options: ElevenLabsTTSOptions;
  readonly pool: SocketPool;
}

async function* synthesize(call: Call, request: TTSRequest, asked: Asked): AsyncGenerator<TTSEvent, void, void> {
  const { model, options, pool } = asked;
  const speech = new SocketSpeech({
    pool,
    target: targetOf(request, asked),
    request,
    model,
    first: firstMessage(options),
    bySentence: options.chunkLengthSchedule === undefined,
    signal: call.signal,
  });
  yield* (await call.open(speech)).events();
}

/** @throws {APIError} There is no key. */
function targetOf(
  { sampleRate, voice, language }: Pick<TTSRequest, 'sampleRate' | 'voice' | 'language'>,
  { account, model, options }: Asked,
): SocketTarget {
  const { textNormalization, ssml, logging, chunkLengthSchedule } = options;
  const query = new URLSearchParams({
    model_id: model,
    output_format: `pcm_${sampleRate}`,
    inactivity_timeout: String(inactivityTimeout),
    sync_alignment: 'true',
    auto_mode: String(chunkLengthSchedule === undefined),
    ...(language === undefined ? {} : { language_code: primaryTag(language) }),
    ...(textNormalization === undefined ? {} : { apply_text_normalization: textNormalization }),
    ...(ssml === undefined ? {} : { enable_ssml_parsing: String(ssml) }),
    ...(logging === undefined ? {} : { enable_logging: String(logging) }),
  });
  const path = `/v1/text-to-speech/${encodeURIComponent(voice ?? options.voice ?? defaultVoice)}/multi-stream-input`;
  const { key } = account;
  return { url: account.socketUrl(path, query), headers: account.headers(key), secrets: [key] };
}

/** A context begins with a single space, and with all that cannot be said later. */
function firstMessage({ voiceSettings, chunkLengthSchedule }: ElevenLabsTTSOptions): Readonly<Record<string, unknown>> {
  return {
    text: ' ',
    ...(voiceSettings === undefined ? {} : { voice_settings: voiceSettingsOf(voiceSettings) }),
    ...(chunkLengthSchedule === undefined ? {} : { generation_config: { chunk_length_schedule: chunkLengthSchedule } }),
  };
}
