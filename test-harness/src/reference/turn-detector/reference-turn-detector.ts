import { APIError, type AudioFrame, type CallOptions, type TurnDetection, type TurnDetector } from '@parley/core/provider';
import { AbortError, linkSignals } from '@parley/core/provider-kit';

type Question = Parameters<TurnDetection['predict']>[0];
type Answer = Awaited<ReturnType<TurnDetection['predict']>>;

/** What one detection knows of the user: with which it answers. */
interface Judge {
  push?(frame: AudioFrame): void;
  answer(question: Question): Answer;
  reset(): void;
}

/** Judges by the last words of the text. */
export const createReferenceTextDetector = (): TurnDetector =>
  detectorOf({ model: 'last-words', sampleRates: [], languages: ['en'], judge: createTextJudge });

/** Judges by the quiet at the end of the audio. */
export const createReferenceAudioDetector = (): TurnDetector =>
  detectorOf({ model: 'quiet-end', sampleRates: [16_000, 8000], languages: ['*'], judge: createAudioJudge });

interface DetectorOptions {
  readonly model: string;
  readonly sampleRates: readonly number[];
  readonly languages: readonly string[];
  readonly judge: (sampleRates: readonly number[]) => Judge;
}

function detectorOf({ model, sampleRates, languages, judge }: DetectorOptions): TurnDetector {
  const instance = linkSignals();
  return {
    specificationVersion: 1,
    kind: 'turn-detector',
    provider: 'reference',
    model,
    capabilities: Object.freeze({ sampleRates: Object.freeze(sampleRates), languages: Object.freeze(languages), minSilenceMs: 200 }),
    open: ({ signal }) => openDetection(judge(sampleRates), { signal, instance: instance.signal }),
    prewarm: async ({ signal }) => signal.throwIfAborted(),
    close: async () => instance.abort(),
  };
}

function openDetection(
  judge: Judge,
  { signal, instance }: Pick<CallOptions, 'signal'> & { readonly instance: AbortSignal },
): TurnDetection {
  const link = linkSignals(signal, instance);
  return {
    ...(judge.push === undefined ? {} : { push: (frame: AudioFrame) => (link.aborted ? undefined : judge.push?.(frame)) }),
    async predict(question) {
      const asked = linkSignals(question.signal, link);
      try {
        asked.signal.throwIfAborted();
        return await unlessAborted(Promise.resolve(judge.answer(question)), asked.signal);
      } finally {
        asked[Symbol.dispose]();
      }
    },
    reset: () => judge.reset(),
    async [Symbol.asyncDispose]() {
      link.abort(new AbortError('the detection was closed'));
      link[Symbol.dispose]();
    },
  };
}

/** As a model does that takes its time: an abort meanwhile wins. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const value = await promise;
  signal.throwIfAborted();
  return value;
}

/** After one of these more must come. */
const opening = /\b(a|an|the|and|or|but|to|of|for|with|my|in|at|is|because|like)$/i;

const createTextJudge = (): Judge => ({
  answer: ({ transcript }) => {
    const text = transcript.slice(-200).trim();
    return { probability: text === '' || opening.test(text) ? 0.1 : /[.?!]$/.test(text) ? 0.95 : 0.6, threshold: 0.5 };
  },
  reset() {},
});

/** The end that is judged. */
const judgedMs = 400;
/** Mean square, of full scale 1, below which it is quiet. */
const quiet = 1e-5;

function createAudioJudge(sampleRates: readonly number[]): Judge {
  let ends: { readonly lengthMs: number; readonly energy: number }[] = [];
  return {
    push({ samples, sampleRate, channels, atMs }) {
      if (!sampleRates.includes(sampleRate) || channels !== 1 || !Number.isFinite(atMs)) {
        const message = `a frame of ${sampleRate} Hz with ${channels} channel(s) at ${atMs} ms is not supported: give ${sampleRates.join(' or ')} Hz, mono`;
        throw new APIError(message, { kind: 'unsupported', provider: 'reference', retryable: false });
      }
      if (samples.length === 0) return;
      // Loudness by pieces of 5 ms at most, so that it does not matter how audio is cut by more than one of them.
      let energy = 0;
      for (const sample of samples) energy += (sample / 32_768) ** 2;
      ends.push({ lengthMs: (samples.length * 1000) / sampleRate, energy: energy / samples.length });
      for (let keptMs = total(ends); ends.length > 1 && keptMs - (ends[0]?.lengthMs ?? 0) >= judgedMs; keptMs = total(ends)) ends.shift();
    },
    answer: () => {
      const heardMs = total(ends);
      const quietMs = total(ends.filter(({ energy }) => energy < quiet));
      return { probability: heardMs === 0 ? 0.5 : quietMs / heardMs, threshold: 0.5 };
    },
    reset() {
      ends = [];
    },
  };
}

const total = (parts: readonly { readonly lengthMs: number }[]): number => parts.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
