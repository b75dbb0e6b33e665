import { APIError, type VAD, type VADCapabilities, type VADInput, type VADRequest } from '@parley/core/provider';
import { type Call, callStream, holdClock } from '@parley/core/provider-kit';
import { detectSpeech } from './detect-speech.js';
import { type SileroSampleRate, sampleRates, windowMs } from './model-shape.js';
import { OpenCalls } from './open-calls.js';
import { ProbabilityStream } from './probability-stream.js';
import type { SharedModel } from './shared-model.js';
import { type SileroSettings, speechRules } from './silero-settings.js';
import { untilAborted } from './until-aborted.js';

/** The version of the vendored model. */
export const sileroModel = 'silero-vad-6.2.3';

const capabilities: VADCapabilities = Object.freeze({ sampleRates: Object.freeze([...sampleRates]), windowMs });

/**
 * A VAD on the given model, which it uses from its first call or `prewarm` on until it is closed.
 *
 * @throws {APIError} kind `invalid-request`, for a setting out of its range.
 */
export function createSileroVAD(settings: SileroSettings, model: SharedModel): VAD {
  speechRules(settings);
  const calls = new OpenCalls();
  return {
    specificationVersion: 1,
    kind: 'vad',
    provider: 'silero',
    model: sileroModel,
    capabilities,
    detect(request) {
      const sampleRate = supportedRate(request.sampleRate);
      const rules = speechRules(settings, request);
      calls.assertOpen();
      const probabilities = new ProbabilityStream(sampleRate, (row) => holdClock(request.clock, () => model.infer(calls, row)));
      return calls.endable((end) =>
        callStream(request, (call) => {
          const audio = openAudio(call, request).then(async (opened) => {
            await call.open(calls.enter(end));
            await holdClock(request.clock, () => model.load(calls));
            return opened;
          });
          return detectSpeech(audio, { sampleRate, rules, probabilities });
        }),
      );
    },
    async prewarm({ signal }) {
      calls.assertOpen();
      signal.throwIfAborted();
      await untilAborted(model.load(calls), signal);
    },
    async close() {
      await calls.close();
      await model.release(calls);
    },
  };
}

/** Leaving tells the source, which may be waiting for a microphone or a socket. */
async function openAudio(call: Call, request: VADRequest): Promise<AsyncIterator<VADInput>> {
  const audio = request.audio[Symbol.asyncIterator]();
  await call.open({
    async [Symbol.asyncDispose]() {
      await audio.return?.();
    },
  });
  return audio;
}

function supportedRate(sampleRate: number): SileroSampleRate {
  const supported = sampleRates.find((rate) => rate === sampleRate);
  if (supported !== undefined) return supported;
  const message = `a sample rate of ${sampleRate} Hz is not supported: give audio of ${sampleRates.join(' or ')} Hz`;
  throw new APIError(message, { kind: 'unsupported', provider: 'silero', retryable: false });
}
