import type { STT, STTEvent, STTRequest } from '@parley/core/provider';
import { type Call, callStream, openSocket, primaryTag } from '@parley/core/provider-kit';
import type { ElevenLabsAccount } from './eleven-labs-account.js';
import type { ElevenLabsSTTOptions } from './eleven-labs-settings.js';
import { ScribeSession } from './scribe-session.js';
import { provider, unsupported } from './vendor-error.js';

/** Of the formats `pcm_…`, mono. @see https://elevenlabs.io/docs/api-reference/speech-to-text/v-1-speech-to-text-realtime */
const sampleRates = Object.freeze([16_000, 24_000, 8_000, 22_050, 44_100, 48_000]);
const settingNames = ['language', 'keyterms', 'endpointingMs'] as const;
/** What the vendor takes. */
const mostKeyterms = 50;
const longestKeyterm = 20;
const silenceSeconds = { least: 0.3, most: 3 } as const;

/** Recognition over a WebSocket of the call's own. */
export function createScribeSTT(account: ElevenLabsAccount, model: string, options: ElevenLabsSTTOptions): STT {
  const settings = Object.freeze(settingNames.filter((name) => name !== 'endpointingMs' || options.commitStrategy === 'vad'));
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider,
    model,
    capabilities: Object.freeze({
      streaming: true,
      interimTranscripts: true,
      // The vendor may decide on ends, and does not say when they were.
      endpointing: false,
      turnDetection: false,
      wordTimings: options.wordTimings === true,
      speakers: false,
      settings,
      updatable: Object.freeze([]),
      sampleRates,
    }),
    transcribe: (request) => {
      if (!sampleRates.includes(request.sampleRate))
        throw unsupported(`audio is taken at ${sampleRates.join(', ')} Hz, not at ${request.sampleRate}: resample it`);
      for (const name of settingNames)
        if (request[name] !== undefined && !settings.includes(name))
          throw unsupported(`"${name}" cannot be given where the session decides on ends`);
      return callStream(request, (call) => transcribe(call, request, { account, model, options }));
    },
  };
}

interface Asked {
  readonly account: ElevenLabsAccount;
  readonly model: string;
  readonly options: ElevenLabsSTTOptions;
}

async function* transcribe(call: Call, request: STTRequest, asked: Asked): AsyncGenerator<STTEvent, void, void> {
  const { account, model, options } = asked;
  const { key } = account;
  const socket = await call.open(
    openSocket({
      url: account.socketUrl('/v1/speech-to-text/realtime', queryOf(request, asked)),
      headers: account.headers(key),
      signal: call.signal,
      clock: request.clock,
      provider,
      requestIdHeader: 'request-id',
      secrets: [key],
    }),
  );
  if (call.signal.aborted) return;
  const session = new ScribeSession({ socket, request, model, options, secrets: [key] });
  yield* (await call.open(session)).events();
}

function queryOf(request: STTRequest, { model, options }: Asked): URLSearchParams {
  const { commitStrategy = 'manual', wordTimings, vadThreshold, noVerbatim, logging } = options;
  const { language, sampleRate, endpointingMs } = request;
  const isVad = commitStrategy === 'vad';
  const query = new URLSearchParams({
    model_id: model,
    audio_format: `pcm_${sampleRate}`,
    commit_strategy: commitStrategy,
    ...(language === undefined ? {} : { language_code: primaryTag(language) }),
    ...(wordTimings === true ? { include_timestamps: 'true' } : {}),
    ...(wordTimings === true && language === undefined ? { include_language_detection: 'true' } : {}),
    ...(isVad && endpointingMs !== undefined ? { vad_silence_threshold_secs: String(silenceOf(endpointingMs)) } : {}),
    ...(isVad && vadThreshold !== undefined ? { vad_threshold: String(vadThreshold) } : {}),
    ...(noVerbatim === undefined ? {} : { no_verbatim: String(noVerbatim) }),
    ...(logging === undefined ? {} : { enable_logging: String(logging) }),
  });
  for (const term of keytermsOf(request)) query.append('keyterms', term);
  return query;
}

const silenceOf = (endpointingMs: number): number => Math.min(silenceSeconds.most, Math.max(silenceSeconds.least, endpointingMs / 1000));

/** Those that the vendor takes: one too many, or too long, and it would refuse them all. */
function keytermsOf({ keyterms = [], logger }: STTRequest): readonly string[] {
  const taken = keyterms.filter((term) => term.trim() !== '' && term.length <= longestKeyterm).slice(0, mostKeyterms);
  if (taken.length < keyterms.length) {
    const left = keyterms.length - taken.length;
    logger.log(
      'warn',
      `elevenlabs: ${left} of ${keyterms.length} keyterms are left out: it takes ${mostKeyterms} of ${longestKeyterm} characters`,
    );
  }
  return taken;
}
