import { APIError, type AudioFrame, type TurnDetection, type TurnDetector } from '@parley/core/provider';
import { AbortError } from '@parley/core/provider-kit';
import { createReferenceAudioDetector, createReferenceTextDetector } from '../reference/turn-detector/reference-turn-detector.js';
import type { RuleId } from '../rules/rule.js';
import { busy } from './busy.js';
import type { Mutant } from './mutant.js';

type Ask = TurnDetection['predict'];
type Open = TurnDetector['open'];

/** One of the references, with other members. */
const detectorWith = (caughtBy: RuleId, name: string, change: (detector: TurnDetector) => TurnDetector): Mutant<'turn-detector'> => ({
  kind: 'turn-detector',
  caughtBy,
  name,
  create: () => change(createReferenceTextDetector()),
});
const hearing = (caughtBy: RuleId, name: string, change: (detector: TurnDetector) => TurnDetector): Mutant<'turn-detector'> => ({
  kind: 'turn-detector',
  caughtBy,
  name,
  create: () => change(createReferenceAudioDetector()),
});

/** With other detections. */
const opening =
  (change: (detection: TurnDetection, options: Parameters<Open>[0]) => Partial<TurnDetection>) =>
  (detector: TurnDetector): TurnDetector => ({
    ...detector,
    open(options) {
      const detection = detector.open(options);
      return { ...detection, ...change(detection, options) };
    },
  });
const answering = (change: (ask: Ask) => Ask) => opening((detection) => ({ predict: change((question) => detection.predict(question)) }));

const kept: unknown[] = [];

/** Each breaks one rule. */
export const turnDetectorMutants: readonly Mutant<'turn-detector'>[] = [
  detectorWith('TURN-2.1', 'names its languages by words', (detector) => ({
    ...detector,
    capabilities: { ...detector.capabilities, languages: ['en', 'English'] },
  })),
  hearing('TURN-2.2', 'has no ear', (detector) => ({
    ...detector,
    open(options) {
      const detection = detector.open(options);
      return {
        predict: (question) => detection.predict(question),
        reset: () => detection.reset(),
        [Symbol.asyncDispose]: () => detection[Symbol.asyncDispose](),
      };
    },
  })),
  detectorWith(
    'TURN-2.3',
    'answers "yes" in percent',
    answering((ask) => async (question) => {
      const answer = await ask(question);
      return question.transcript === 'yes' ? { ...answer, probability: answer.probability * 100 } : answer;
    }),
  ),
  detectorWith(
    'TURN-2.4',
    'fails with an error of its own where there is no conversation',
    answering((ask) => async (question) => {
      if (question.chat.length === 0) throw new TypeError('no last message');
      return ask(question);
    }),
  ),
  detectorWith(
    'TURN-2.5',
    'fails at a picture',
    answering((ask) => async (question) => {
      const hasPicture = question.chat.some((item) => item.type === 'message' && item.content.some(({ type }) => type === 'image'));
      if (hasPicture) throw new APIError('no pictures', { kind: 'unsupported', provider: 'reference', retryable: false });
      return ask(question);
    }),
  ),
  detectorWith(
    'TURN-2.6',
    'says the contrary',
    answering((ask) => async (question) => {
      const { probability, threshold } = await ask(question);
      return { probability: 1 - probability, threshold };
    }),
  ),
  hearing(
    'TURN-2.7',
    'drops frames of odd lengths',
    opening((detection) => ({
      push: (frame: AudioFrame) => (frame.samples.length % 2 === 0 || frame.samples.length === 1 ? detection.push?.(frame) : undefined),
    })),
  ),
  hearing(
    'TURN-2.8',
    'remembers after a reset',
    opening(() => ({ reset() {} })),
  ),
  hearing(
    'TURN-2.9',
    'fails with an error of its own at another rate',
    opening((detection) => ({
      push(frame: AudioFrame) {
        if (frame.sampleRate === 44_100) throw new RangeError('44100');
        detection.push?.(frame);
      },
    })),
  ),
  detectorWith(
    'TURN-3.1',
    'rejects with a reason of its own',
    answering((ask) => async (question) => {
      if (question.signal.aborted) throw new AbortError('taken back');
      return ask(question);
    }),
  ),
  detectorWith(
    'TURN-3.2',
    'answers nothing more after three questions were taken back',
    opening((detection) => {
      let taken = 0;
      return {
        async predict(question) {
          if (taken > 2) throw new AbortError('taken back');
          const onAbort = () => {
            taken += 1;
          };
          question.signal.addEventListener('abort', onAbort);
          try {
            return await detection.predict(question);
          } finally {
            question.signal.removeEventListener('abort', onAbort);
          }
        },
      };
    }),
  ),
  detectorWith(
    'TURN-3.3',
    'hangs when it is closed after its call was aborted',
    opening((detection, { signal }) => ({
      [Symbol.asyncDispose]: async () => (signal.aborted && !closing.has(detection) ? hang(detection) : detection[Symbol.asyncDispose]()),
    })),
  ),
  detectorWith(
    'TURN-3.4',
    'leaves a question open when it is closed',
    opening((detection) => {
      let isClosed = false;
      return {
        async predict(question) {
          const answer = await detection
            .predict(question)
            .catch((error: unknown) => (isClosed ? new Promise<never>(() => {}) : Promise.reject(error)));
          return isClosed ? new Promise<never>(() => {}) : answer;
        },
        async [Symbol.asyncDispose]() {
          isClosed = true;
          await detection[Symbol.asyncDispose]();
        },
      };
    }),
  ),
  detectorWith(
    'TURN-3.5',
    'leaves a listener for each question',
    answering((ask) => (question) => {
      question.signal.addEventListener('abort', () => {});
      return ask(question);
    }),
  ),
  detectorWith('TURN-3.6', 'answers after it was closed', (detector) => ({ ...detector, close: async () => {} })),
  detectorWith('TURN-3.7', 'cannot be warmed twice', (detector) => {
    let isWarm = false;
    return {
      ...detector,
      async prewarm({ signal }) {
        signal.throwIfAborted();
        if (isWarm) throw new Error('it is warm');
        isWarm = true;
      },
    };
  }),
  detectorWith('TURN-3.8', 'judges by the text that was asked last, whoever asked', (detector) => {
    let last = '';
    return opening((detection) => ({
      async predict(question) {
        last = question.transcript;
        await Promise.resolve();
        return detection.predict({ ...question, transcript: last });
      },
    }))(detector);
  }),
  hearing(
    'TURN-3.9',
    'keeps all audio until it is closed',
    opening((detection) => {
      const all: AudioFrame[] = [];
      return {
        push(frame: AudioFrame) {
          all.push(frame);
          detection.push?.(frame);
        },
        reset() {
          detection.reset();
          all.length = 0;
        },
      };
    }),
  ),
  detectorWith(
    'TURN-3.10',
    'keeps a buffer of each detection',
    opening(() => {
      kept.push(new Int16Array(100_000));
      return {};
    }),
  ),
  detectorWith(
    'TURN-4.1',
    'fails with an error of its own at half a surrogate pair',
    answering((ask) => async (question) => {
      encodeURIComponent(question.transcript.slice(0, 1000));
      return ask(question);
    }),
  ),
  detectorWith(
    'TURN-5.1',
    'takes half a second for a number',
    answering((ask) => async (question) => {
      if (/\d/.test(question.transcript)) await new Promise<void>((resolve) => void setTimeout(resolve, 350));
      return ask(question);
    }),
  ),
  detectorWith(
    'TURN-5.2',
    'computes in the event loop',
    answering((ask) => async (question) => {
      // Not the first: a model may be loaded then.
      if (question.transcript.length === 29) busy(60);
      return ask(question);
    }),
  ),
];

const closing = new WeakSet<TurnDetection>();

/** The first time; what closes it again, at the end of its trial, must not hang. */
function hang(detection: TurnDetection): Promise<void> {
  closing.add(detection);
  return new Promise(() => {});
}
