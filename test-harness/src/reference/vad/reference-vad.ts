import { APIError, type VAD, type VADRequest } from '@parley/core/provider';
import { OpenCalls } from '../open-calls.js';
import { AudioWindows } from './audio-windows.js';
import { SpeechJudge, type SpeechRules } from './speech-judge.js';

const sampleRates: readonly number[] = Object.freeze([16_000, 8000]);
const windowMs = 20;

/** A VAD by loudness, which keeps every rule: to read, and to break in one place at a time. */
export function createReferenceVAD(): VAD {
  const calls = new OpenCalls();
  return {
    specificationVersion: 1,
    kind: 'vad',
    provider: 'reference',
    model: 'loudness',
    capabilities: Object.freeze({ sampleRates, windowMs }),
    detect(request) {
      const { sampleRate, audio } = request;
      if (!sampleRates.includes(sampleRate)) throw failure('unsupported', `a sample rate of ${sampleRate} Hz is not supported`);
      const judge = new SpeechJudge(rulesOf(request), windowMs);
      const windows = new AudioWindows({ sampleRate, windowMs });
      return calls.stream(request, async function* () {
        // Each event is read before the next piece of audio is asked for: a reader's pace is the source's.
        for await (const input of audio) {
          if (input.type === 'reset') {
            windows.reset();
            judge.reset();
            continue;
          }
          for (const window of windows.push(input.frame)) yield* judge.judge(window);
        }
        yield* judge.end();
      });
    },
    prewarm: async ({ signal }) => signal.throwIfAborted(),
    close: () => calls.close(),
  };
}

/** @throws {APIError} kind `invalid-request`: a value is out of its range. */
function rulesOf({ threshold = 0.5, minSpeechMs = 60, minSilenceMs = 400 }: VADRequest): SpeechRules {
  if (!(threshold > 0 && threshold <= 1)) throw failure('invalid-request', `threshold is ${threshold}: give one above 0 and up to 1`);
  for (const [name, value] of Object.entries({ minSpeechMs, minSilenceMs }))
    if (!(value >= 0 && value <= 60_000)) throw failure('invalid-request', `${name} is ${value}: give milliseconds from 0 to 60000`);
  return { threshold, minSpeechMs, minSilenceMs };
}

const failure = (kind: 'unsupported' | 'invalid-request', message: string): APIError =>
  new APIError(message, { kind, provider: 'reference', retryable: false });
