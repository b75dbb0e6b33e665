import { isAPIError } from '@parley/core/provider';
import { AbortError, isAbortError } from '@parley/core/provider-kit';
import { speechSample } from '../../speech-sample.js';
import { framesOf } from '../audio-frames.js';
import { leastOf, longestStall } from '../event-loop-stall.js';
import { leftOnSignal } from '../left-on-signal.js';
import { bytesPerRound, settledBytes } from '../memory-growth.js';
import { passingCall } from '../passing-call.js';
import { proveClosesTwice, provePrewarm } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { answerMs, heardFrames, openDetection, pushAll, question, said, unlessHears } from './detection-calls.js';
import { mustBeAlike, mustBeAnswer } from './prediction-rules.js';

const graceMs = 50;
/** The session waits no longer: then the turn counts as finished. */
const sessionPatienceMs = 1000;
const longestStallMs = 40;

/** Abort, close, many detections, what comes in that is wrong, and what it costs. */
export const detectorLifeRules: readonly Rule<'turn-detector'>[] = [
  {
    id: 'TURN-3.1',
    title:
      'A question that is aborted, before it was asked or after, rejects with the reason of its signal within 50 ms, or was answered by then.',
    why: 'The caller goes on speaking: the session takes the question back and waits for that.',
    since: '1.0',
    async prove(trial) {
      const { detection } = await openDetection(trial);
      const before = new AbortController();
      before.abort(new AbortError());
      const early = await trial.failure('a question whose signal has fired', detection.predict(question({ signal: before.signal })));
      mustHold(
        early === before.signal.reason,
        `a question whose signal has fired must reject with its reason, and rejected with ${shown(early)}`,
      );
      const after = new AbortController();
      const asked = detection.predict(question({ signal: after.signal })).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      after.abort(new AbortError());
      const late = await trial.settlesWithin('the end of an aborted question', asked, graceMs);
      mustHold(
        late === undefined || late.error === after.signal.reason,
        `an aborted question must reject with the reason of its signal, and rejected with ${shown(late?.error)}`,
      );
    },
  },
  {
    id: 'TURN-3.2',
    title: 'After an aborted question the next one is answered.',
    why: 'In a call of five minutes fifty questions are taken back.',
    since: '1.0',
    async prove(trial) {
      const { detection, ask } = await openDetection(trial);
      for (let round = 0; round < 3; round += 1) {
        const taken = new AbortController();
        const asked = detection.predict(question({ signal: taken.signal })).catch(() => undefined);
        taken.abort(new AbortError());
        await trial.settled('the end of an aborted question', asked);
      }
      mustBeAnswer(await ask(), 'a question after three that were aborted');
    },
  },
  {
    id: 'TURN-3.3',
    title: 'When the call is aborted an open question settles; closed afterwards, and again, nothing happens.',
    why: 'The end of a call waits for its detector.',
    since: '1.0',
    async prove(trial) {
      const { detection, abort } = await openDetection(trial);
      const asked = detection.predict(question()).catch(() => undefined);
      abort();
      await trial.settlesWithin('the end of a question whose call was aborted', asked, graceMs);
      await trial.settled('the close of the detection', Promise.resolve(detection[Symbol.asyncDispose]()));
      await trial.settled('the second close', Promise.resolve(detection[Symbol.asyncDispose]()));
    },
  },
  {
    id: 'TURN-3.4',
    title: 'Closing a detection settles its open question with an `AbortError`, a typed error or the answer.',
    why: 'Whoever waits for an answer that nobody gives any more waits for ever.',
    since: '1.0',
    async prove(trial) {
      const { detection } = await openDetection(trial);
      const asked = detection.predict(question()).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      await trial.settled('the close of the detection', Promise.resolve(detection[Symbol.asyncDispose]()));
      const outcome = await trial.settlesWithin('the end of a question whose detection was closed', asked, graceMs);
      const isFair = outcome === undefined || isAbortError(outcome.error) || isAPIError(outcome.error);
      mustHold(isFair, `a question whose detection was closed rejected with ${shown(outcome?.error)}`);
    },
  },
  {
    id: 'TURN-3.5',
    title:
      'A detection that is closed leaves no listener on its call’s signal and no timer on the clock, nor does a question that was answered.',
    why: 'A session asks in each pause: what each question leaves adds up to thousands.',
    since: '1.0',
    async prove(trial) {
      const { detection, signal, ask } = await openDetection(trial);
      const asking = new AbortController();
      await ask({ signal: asking.signal });
      mustEqual(leftOnSignal(asking.signal), 0, 'listeners left on the signal of a question that was answered');
      await trial.settled('the close of the detection', Promise.resolve(detection[Symbol.asyncDispose]()));
      mustEqual(leftOnSignal(signal), 0, 'listeners left on the signal of a detection that was closed');
      mustEqual(trial.clock.pendingTimers, 0, 'timers left on the clock');
    },
  },
  {
    id: 'TURN-3.6',
    title: '`close` of the detector ends all detections, and may be called twice.',
    why: 'A session closes what it made.',
    since: '1.0',
    async prove(trial) {
      const { detector, detection } = await openDetection(trial);
      await proveClosesTwice(trial, detector);
      const outcome = detection.predict(question()).then(
        () => 'answered',
        () => 'ended',
      );
      mustEqual(await trial.settled('a question after the close', outcome), 'ended', 'what came of a question after the close');
    },
  },
  {
    id: 'TURN-3.7',
    title: '`prewarm` may be called often and at once; aborted, it rejects with the reason of its signal.',
    why: 'Each job warms its models, whether they are warm or not.',
    since: '1.0',
    leftOut: ({ declared }) => (declared.prewarm === undefined ? 'prewarm: not there' : undefined),
    prove: async (trial) => provePrewarm(trial, await trial.create()),
  },
  {
    id: 'TURN-3.8',
    title: 'Detections of one instance do not mix: each answers as it would alone.',
    why: 'One instance serves all calls of a process.',
    since: '1.0',
    async prove(trial) {
      const { detector } = await openDetection(trial);
      const [rate] = detector.capabilities.sampleRates;
      const untils = [900, 1500, 2300, 4600];
      const texts = ['I would', 'I would like to book a table.', 'a table and', 'Thank you, goodbye.'];
      const alone = async (index: number) => {
        const { detection, ask } = await openDetection(trial, detector);
        if (rate !== undefined) pushAll(detection, heardFrames(rate, { untilMs: untils[index] ?? 0 }));
        return ask({ transcript: texts[index] ?? '' });
      };
      const wanted = [await alone(0), await alone(1), await alone(2), await alone(3)];
      const open = await Promise.all(untils.map(() => openDetection(trial, detector)));
      if (rate !== undefined) {
        const frames = untils.map((untilMs) => heardFrames(rate, { untilMs }));
        for (let at = 0; at < 240; at += 1) {
          for (const [index, { detection }] of open.entries()) pushAll(detection, frames[index]?.slice(at, at + 1) ?? []);
        }
      }
      const came = await Promise.all(open.map(({ ask }, index) => ask({ transcript: texts[index] ?? '' })));
      for (const [index, answer] of came.entries()) mustBeAlike(answer, wanted[index] ?? answer, `detection ${index} beside three others`);
    },
  },
  {
    id: 'TURN-3.9',
    title: 'Of an hour of audio it keeps less than 32 MB.',
    why: 'What the caller says is pushed for as long as the call lasts.',
    since: '1.0',
    leftOut: unlessHears,
    async prove(trial) {
      const { detector, detection } = await openDetection(trial);
      const sampleRate = detector.capabilities.sampleRates[0] ?? 16_000;
      const lengthMs = Math.max(10, trial.times(60)) * 60_000;
      const before = await settledBytes();
      for (let atMs = 0; atMs < lengthMs; atMs += 60) {
        const samples = new Int16Array(sampleRate * 0.06).fill((atMs % 1000) - 500);
        detection.push?.({ samples, sampleRate, channels: 1, atMs });
      }
      await trial.quiet();
      // Of a shorter stretch less.
      const most = lengthMs < 3_600_000 ? 8_000_000 : 32_000_000;
      const kept = (await settledBytes()) - before;
      mustHold(kept < most, `of ${lengthMs / 60_000} minutes of audio ${kept} bytes are kept: at most ${most} may be`);
    },
  },
  {
    id: 'TURN-3.10',
    title: 'A thousand detections, opened, asked and closed, leave nothing behind.',
    why: 'A worker lives for weeks.',
    since: '1.0',
    deadlineMs: 40_000,
    async prove(trial) {
      const detector = await trial.create();
      const [rate] = detector.capabilities.sampleRates;
      const frames = rate === undefined ? [] : framesOf(speechSample(rate).samples.subarray(rate / 2, rate), { sampleRate: rate });
      const { options } = trial.call();
      const once = async () => {
        const detection = detector.open(passingCall(options).options);
        pushAll(detection, frames);
        await detection.predict(question());
        await detection[Symbol.asyncDispose]();
      };
      const left = await trial.settled('a thousand detections', bytesPerRound(trial.times(1000), once), 35_000);
      mustHold(left < 1000, `each detection leaves ${Math.round(left)} bytes behind: at most 1,000 may be`);
      await trial.settled('close', Promise.resolve(detector.close?.()));
      await trial.nothingLeftOpen();
    },
  },
  {
    id: 'TURN-4.1',
    title:
      'Whatever the text is, of 100,000 characters, of control characters or of half a surrogate pair, it is answered or refused with a typed error.',
    why: 'A transcript is what came from outside: the detector must survive it.',
    since: '1.0',
    async prove(trial) {
      const { detection, ask } = await openDetection(trial);
      for (const transcript of ['word '.repeat(20_000), '\u0000\u0007\u001B[31m', '\uD83D', '🙂'.repeat(1000), '   \n\t ']) {
        const asked = detection.predict(question({ transcript, chat: [said(transcript)] })).then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        );
        const outcome = await trial.settled('an answer', asked, answerMs);
        if ('answer' in outcome) mustBeAnswer(outcome.answer, 'a strange text');
        else
          mustHold(
            isAPIError(outcome.error),
            `a text of ${transcript.length} characters must fail typed, and failed with ${shown(outcome.error)}`,
          );
      }
      mustBeAnswer(await ask(), 'a question after strange texts');
    },
  },
  {
    id: 'TURN-5.1',
    title: 'It answers within the second that a session gives it; in the median of nine questions within 300 ms.',
    why: 'A later answer counts as "finished", and each one delays the reply.',
    since: '1.0',
    async prove(trial) {
      const { detector, detection, ask } = await openDetection(trial);
      const [rate] = detector.capabilities.sampleRates;
      if (rate !== undefined) pushAll(detection, heardFrames(rate));
      await ask();
      const took: number[] = [];
      for (let round = 0; round < 9; round += 1) {
        const startedMs = performance.now();
        await ask({ transcript: `I would like a table for ${round + 2} people` });
        took.push(performance.now() - startedMs);
      }
      took.sort((one, other) => one - other);
      mustHold(
        (took[4] ?? Infinity) <= 300 && (took[7] ?? Infinity) <= sessionPatienceMs,
        `nine answers took ${took.map((ms) => Math.round(ms)).join(', ')} ms`,
      );
    },
  },
  {
    id: 'TURN-5.2',
    title: 'Neither audio nor a question holds the event loop up for more than 40 ms.',
    why: 'All calls of a process share one event loop.',
    since: '1.0',
    async prove(trial) {
      const { detector, detection, ask } = await openDetection(trial);
      const [rate] = detector.capabilities.sampleRates;
      await ask();
      const using = async () => {
        if (rate !== undefined) pushAll(detection, heardFrames(rate).slice(0, 50));
        await ask();
      };
      const stall = await leastOf(4, () => longestStall(using));
      mustHold(stall <= longestStallMs, `the event loop was held up for ${stall.toFixed(1)} ms: at most ${longestStallMs} may be`);
    },
  },
];
