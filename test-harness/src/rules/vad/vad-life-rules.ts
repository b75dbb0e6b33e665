import type { VADInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import { speechSample } from '../../speech-sample.js';
import { framesOf } from '../audio-frames.js';
import { Reading } from '../../trial/reading.js';
import { leftOnSignal } from '../left-on-signal.js';
import { bytesPerRound } from '../memory-growth.js';
import { passingCall } from '../passing-call.js';
import { proveClosesTwice, provePrewarm } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold } from '../violation.js';
import { hear, hearingMs, inputOf, mustHearTheSame, rateOf, spokenFrames } from './vad-calls.js';

/** Contract: a stream ends within so much time on the call's clock when its signal fires. */
const graceMs = 50;
/** What an unread stream may take of its audio before it waits for its reader: contract, sockets. */
const mostAheadMs = 30_000;
/** What a stream may leave behind for good. */
const mostBytesPerStream = 500;

const live = (): Channel<VADInput> => new Channel<VADInput>({ capacity: 10_000 });

/** Abort, close, many streams. */
export const vadLifeRules: readonly Rule<'vad'>[] = [
  {
    id: 'VAD-3.1',
    title: 'A call whose signal has fired before ends quietly, without asking for audio.',
    why: 'Calls are aborted while they are being set up: what begins all the same listens to a caller who has gone.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const call = trial.call();
      call.abort();
      let asked = 0;
      const audio = (async function* () {
        asked += 1;
        yield* inputOf(spokenFrames(rateOf(vad)));
      })();
      const reading = trial.read(vad.detect({ ...call.options, audio, sampleRate: rateOf(vad) }));
      mustEqual(await trial.settlesWithin('the end of an aborted call', reading.all(), graceMs), [], 'the events of an aborted call');
      mustEqual(asked, 0, 'how often audio was asked for');
    },
  },
  {
    id: 'VAD-3.2',
    title: 'Aborted while it waits for audio, a stream ends quietly within 50 ms; aborted again, nothing happens.',
    why: 'Whoever hangs up waits for the streams to end: one that goes on waiting for audio holds up the end of the call.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const call = trial.call();
      const audio = live();
      const reading = trial.read(vad.detect({ ...call.options, audio, sampleRate: rateOf(vad) }));
      for (const frame of spokenFrames(rateOf(vad)).slice(0, 20)) void audio.push({ type: 'audio', frame });
      await trial.settled('the first event', reading.first('window'), hearingMs);
      call.abort();
      await trial.settlesWithin('the end of an aborted stream', reading.all(), graceMs);
      call.abort();
      await trial.quiet();
    },
  },
  {
    id: 'VAD-3.3',
    title:
      'A call that is over, by its signal or by its end, leaves no listener on the signal and no timer on the clock, even if nobody reads any more.',
    why: 'What each call leaves behind adds up: a worker that runs for a week has a hundred thousand of them.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const done = trial.call();
      const quiet = framesOf(new Int16Array(rateOf(vad)), { sampleRate: rateOf(vad) });
      const whole = trial.read(vad.detect({ ...done.options, audio: inputOf(quiet), sampleRate: rateOf(vad) }));
      await trial.settled('the end of the stream', whole.all(), hearingMs);
      mustEqual(leftOnSignal(done.options.signal), 0, 'listeners left on the signal of a call that has ended');
      const call = trial.call();
      const audio = live();
      const reading = trial.read(vad.detect({ ...call.options, audio, sampleRate: rateOf(vad) }));
      for (const frame of quiet) void audio.push({ type: 'audio', frame });
      await trial.settled('the first event', reading.first('window'), hearingMs);
      // From here on nobody reads.
      reading.pause();
      call.abort();
      await trial.pass(graceMs);
      mustEqual(leftOnSignal(call.options.signal), 0, 'listeners left on the signal of an aborted call');
      mustEqual(trial.clock.pendingTimers, 0, 'timers left on the clock of an aborted call');
    },
  },
  {
    id: 'VAD-3.4',
    title: 'A reader that leaves is let go at once, also while audio is waited for.',
    why: '`break` in a `for await` waits for the stream: one that waits for audio in turn hangs its reader.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const call = trial.call();
      const stream = vad.detect({ ...call.options, audio: live(), sampleRate: rateOf(vad) })[Symbol.asyncIterator]();
      const reading = stream.next();
      reading.catch(() => {});
      await trial.quiet();
      await trial.settled('leaving while audio is waited for', Promise.resolve(stream.return?.()));
      await trial.settled('the read that was under way', reading);
    },
  },
  {
    id: 'VAD-3.5',
    title: '`close` ends all calls, and may be called twice.',
    why: 'A session closes what it made: a stream that goes on keeps the process alive.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const readings = [1, 2, 3].map(() => {
        const audio = live();
        for (const frame of spokenFrames(rateOf(vad)).slice(0, 20)) void audio.push({ type: 'audio', frame });
        return trial.read(vad.detect({ ...trial.call().options, audio, sampleRate: rateOf(vad) }));
      });
      for (const reading of readings) await trial.settled('the first event', reading.first('window'), hearingMs);
      await proveClosesTwice(trial, vad);
      for (const reading of readings) await trial.settlesWithin('the end of a stream, after `close`', reading.end, graceMs);
    },
  },
  {
    id: 'VAD-3.6',
    title: '`prewarm` may be called often and at once; aborted, it rejects with the reason of its signal.',
    why: 'Each job warms its models, whether they are warm or not.',
    since: '1.0',
    leftOut: ({ declared }) => (declared.prewarm === undefined ? 'prewarm: not there' : undefined),
    prove: async (trial) => provePrewarm(trial, await trial.create()),
  },
  {
    id: 'VAD-3.7',
    title: 'Many streams on one instance do not mix: each hears what it would hear alone.',
    why: 'One instance serves all calls of a process: a model state that they share lets one caller’s voice sound in another’s call.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const { samples } = speechSample(sampleRate);
      // Each begins elsewhere in the sample, so that no two hear the same at once.
      const callers = [0, 1, 2, 3, 4, 5].map((index) => framesOf(samples.subarray(Math.round(index * 0.37 * sampleRate)), { sampleRate }));
      const together = callers.map((frames) => {
        const audio = live();
        return { audio, frames, reading: trial.read(vad.detect({ ...trial.call().options, audio, sampleRate })) };
      });
      for (let index = 0; index < Math.max(...callers.map(({ length }) => length)); index += 1) {
        for (const { audio, frames } of together) {
          const frame = frames[index];
          if (frame !== undefined) await audio.push({ type: 'audio', frame });
        }
      }
      for (const { audio } of together) audio.end();
      for (const { frames, reading } of together) {
        const events = await trial.settled('the events of one of six streams', reading.all(), hearingMs);
        mustHearTheSame(events, await hear(trial, vad, { frames }), 'of a stream beside five others');
      }
    },
  },
  {
    id: 'VAD-3.8',
    title: 'A reader that is slow stalls nobody else.',
    why: 'One call whose application hangs else makes all others deaf.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const frames = spokenFrames(rateOf(vad));
      const unread = vad.detect({ ...trial.call().options, audio: inputOf(frames), sampleRate: rateOf(vad) })[Symbol.asyncIterator]();
      await trial.settled('the first event of the stream that is read no further', unread.next(), hearingMs);
      await hear(trial, vad, { frames });
      void unread.return?.().then(undefined, () => {});
    },
  },
  {
    id: 'VAD-3.9',
    title: 'It takes at most 30 s of audio beyond what its reader has read.',
    why: 'Audio comes for as long as a call lasts: what is kept for a reader that hangs must have a bound.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const samples = noise60(sampleRate);
      let takenMs = 0;
      const audio = (async function* (): AsyncGenerator<VADInput, void, void> {
        for (let atMs = 0; atMs < 120_000; atMs += 60) {
          takenMs = atMs;
          yield { type: 'audio', frame: { samples, sampleRate, channels: 1, atMs } };
        }
      })();
      const unread = vad.detect({ ...trial.call().options, audio, sampleRate })[Symbol.asyncIterator]();
      await trial.settled('the first event', unread.next(), hearingMs);
      for (let round = 0, before = -1; before !== takenMs && round < 100; round += 1) {
        before = takenMs;
        await trial.quiet();
      }
      mustHold(takenMs <= mostAheadMs, `with one event read, ${takenMs} ms of audio were taken: at most ${mostAheadMs} may be`);
      void unread.return?.().then(undefined, () => {});
    },
  },
  {
    id: 'VAD-3.10',
    title: 'A thousand calls, half of them aborted, leave nothing behind.',
    why: 'A worker lives for weeks: what each call leaves ends it in the end.',
    since: '1.0',
    deadlineMs: 40_000,
    async prove(trial) {
      const vad = await trial.create();
      const frames = framesOf(speechSample(rateOf(vad)).samples, { sampleRate: rateOf(vad) }).slice(20, 28);
      const { options } = trial.call();
      let round = 0;
      const once = async () => {
        const call = passingCall(options);
        const reading = new Reading(vad.detect({ ...call.options, audio: inputOf(frames), sampleRate: rateOf(vad) }));
        if ((round += 1) % 2 === 0) call.abort();
        await reading.end;
      };
      const left = await trial.settled('a thousand calls', bytesPerRound(trial.times(1000), once), 35_000);
      mustHold(left < mostBytesPerStream, `each call leaves ${Math.round(left)} bytes behind: at most ${mostBytesPerStream} may be`);
      await trial.pass(graceMs);
      await trial.settled('close', Promise.resolve(vad.close?.()));
      await trial.nothingLeftOpen();
    },
  },
  {
    id: 'VAD-3.11',
    title: 'After an hour of silence speech is found where it is, and the hour is heard in less than half a minute.',
    why: 'Calls are put on hold: times that drift by a millisecond a minute cut the caller’s next words.',
    since: '1.0',
    deadlineMs: 40_000,
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const { samples, spoken } = speechSample(sampleRate);
      const hourMs = trial.times(60) * 60_000;
      const zeros = new Int16Array(sampleRate * 0.06);
      const audio = (async function* (): AsyncGenerator<VADInput, void, void> {
        for (let atMs = 0; atMs < hourMs; atMs += 60) yield { type: 'audio', frame: { samples: zeros, sampleRate, channels: 1, atMs } };
        yield* inputOf(framesOf(samples, { sampleRate, atMs: hourMs }));
      })();
      const stream = vad.detect({ ...trial.call().options, audio, sampleRate });
      const starts: number[] = [];
      const listening = (async () => {
        for await (const event of stream) if (event.type === 'speech-start') starts.push(event.atMs);
      })();
      await trial.settled('the events of an hour', listening, 30_000);
      const wantedMs = hourMs + (spoken[0]?.startMs ?? 0);
      const first = starts[0] ?? Infinity;
      mustHold(Math.abs(first - wantedMs) <= 300, `after the hour speech begins at ${wantedMs} ms, and was found at ${first}`);
    },
  },
];

const noise60 = (sampleRate: number): Int16Array => Int16Array.from({ length: sampleRate * 0.06 }, (_one, index) => (index % 7) - 3);
