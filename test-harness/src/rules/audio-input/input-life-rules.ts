import { bytesPerRound } from '../memory-growth.js';
import { leastOf } from '../event-loop-stall.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold } from '../violation.js';
import { callersFrames, framesIn, lengthMsOf, listen, openInput, startMsOf, unlessCaller } from './audio-input-calls.js';

/** What may wait for a slow reader: contract, sockets. */
const mostWaitingMs = 30_000;

/** Close, slow readers, many inputs, what breaks, and what it costs. */
export const inputLifeRules: readonly Rule<'audio-input'>[] = [
  {
    id: 'AUDIO-IN-3.1',
    title: 'Closed while it is read it ends, quietly; closed again nothing happens.',
    why: 'The session closes its input at the end of a call and waits for the reader to be done.',
    since: '1.0',
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 100 });
      await trial.settled('the close of the input', Promise.resolve(ends.port[Symbol.asyncDispose]()));
      await trial.settled('the end of the input', reading.all());
      await trial.settled('the second close', Promise.resolve(ends.port[Symbol.asyncDispose]()));
    },
  },
  {
    id: 'AUDIO-IN-3.2',
    title: 'It can be closed before it was ever read.',
    why: 'A call that fails while it is set up has inputs that nobody reads.',
    since: '1.0',
    async prove(trial) {
      const ends = await trial.create();
      await trial.settled('the close of an input that was not read', Promise.resolve(ends.port[Symbol.asyncDispose]()));
      await trial.pass(200);
      mustEqual(trial.clock.pendingTimers, 0, 'timers left on the clock');
    },
  },
  {
    id: 'AUDIO-IN-3.3',
    title: 'A reader that leaves is let go at once, and nothing goes on for it.',
    why: '`break` in a `for await` waits for the stream: one that waits for the microphone in turn hangs its reader.',
    since: '1.0',
    async prove(trial) {
      const ends = await trial.create();
      const stream = ends.port.read({ sampleRates: [ends.caller.sampleRate], clock: trial.clock })[Symbol.asyncIterator]();
      const first = stream.next();
      await listen(trial, ends, { lengthMs: 100 });
      await trial.settled('the first chunk', first);
      await trial.settled('leaving', Promise.resolve(stream.return?.()));
      const next = await trial.settled('a read after leaving', stream.next());
      mustEqual(next.done, true, 'whether the stream has ended for a reader that left');
    },
  },
  {
    id: 'AUDIO-IN-3.4',
    title: 'For a reader that is slow at most 30 s are kept; what is dropped is told of as gaps, and the newest is kept.',
    why: 'Audio waits for nobody: without a bound the memory of a call that hangs grows with the call, and afterwards it answers what was said minutes ago.',
    since: '1.0',
    leftOut: unlessCaller('speak'),
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 100 });
      reading.pause();
      const { caller } = ends;
      const spoken = callersFrames(caller, 60_000, 100);
      for (const frame of spoken) caller.speak?.(frame);
      reading.resume();
      for (let before = -1; before !== reading.events.length;) {
        before = reading.events.length;
        await trial.quiet();
      }
      mustEqual(framesIn(reading.events).at(-1)?.samples[0], spoken.at(-1)?.samples[0], 'the first sample of the newest frame');
      const lengthMs = framesIn(reading.events).reduce((sum, frame) => sum + lengthMsOf({ type: 'audio', frame }), 0);
      mustHold(
        lengthMs <= mostWaitingMs + 200,
        `${lengthMs} ms of audio were kept for a reader that did not read: at most ${mostWaitingMs} may be`,
      );
      const end = reading.events.at(-1);
      const begin = reading.events[0];
      mustHold(end !== undefined && begin !== undefined, 'nothing came');
      const lineMs = startMsOf(end) + lengthMsOf(end) - startMsOf(begin);
      const toldMs = reading.events.reduce((sum, chunk) => sum + lengthMsOf(chunk), 0);
      mustHold(Math.abs(toldMs - lineMs) <= 5, `the line is ${lineMs} ms long, and frames and gaps together tell of ${toldMs}`);
    },
  },
  {
    id: 'AUDIO-IN-3.5',
    title: 'Two inputs do not mix.',
    why: 'Each caller is heard by their own agent only.',
    since: '1.0',
    leftOut: unlessCaller('speak'),
    async prove(trial) {
      const [one, other] = [await openInput(trial), await openInput(trial)];
      await listen(trial, one.ends, { lengthMs: 100 });
      await listen(trial, other.ends, { lengthMs: 60, fromMs: 5000 });
      const said = callersFrames(other.ends.caller, 60, 5000).map(({ samples }) => samples[0]);
      mustEqual(
        framesIn(other.reading.events).map(({ samples }) => samples[0]),
        said,
        'the first samples of the frames of the second input',
      );
    },
  },
  {
    id: 'AUDIO-IN-3.6',
    title: 'A thousand inputs, opened, read and closed, leave nothing behind.',
    why: 'A worker lives for weeks.',
    since: '1.0',
    deadlineMs: 40_000,
    async prove(trial) {
      const once = async () => {
        const ends = await trial.subject.create({ clock: trial.clock });
        const stream = ends.port.read({ sampleRates: [ends.caller.sampleRate], clock: trial.clock })[Symbol.asyncIterator]();
        const first = stream.next();
        for (const frame of callersFrames(ends.caller, 60)) ends.caller.speak?.(frame);
        await ends[Symbol.asyncDispose]();
        await first;
      };
      const left = await trial.settled('a thousand inputs', bytesPerRound(trial.times(1000), once), 35_000);
      mustHold(left < 1000, `each input leaves ${Math.round(left)} bytes behind: at most 1,000 may be`);
      await trial.nothingLeftOpen();
    },
  },
  {
    id: 'AUDIO-IN-4.1',
    title: 'When what brings the audio breaks, the reader gets an error.',
    why: 'An end looks like a caller who has hung up: the session would close, and nobody would know why.',
    since: '1.0',
    leftOut: unlessCaller('fail'),
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 100 });
      ends.caller.fail?.();
      const end = await trial.settled('the end of the input', reading.end);
      mustEqual(end.type, 'failed', 'how the input ended when what brings it broke');
    },
  },
  {
    id: 'AUDIO-IN-4.2',
    title: 'What the caller does after the close does no harm.',
    why: 'The last packets of a call arrive after its end.',
    since: '1.0',
    leftOut: unlessCaller('speak'),
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 100 });
      await trial.settled('the close of the input', Promise.resolve(ends.port[Symbol.asyncDispose]()));
      await trial.settled('the end of the input', reading.all());
      const before = reading.events.length;
      let failure: unknown;
      try {
        await listen(trial, ends, { lengthMs: 100, fromMs: 100 });
        ends.caller.hangUp?.();
      } catch (error) {
        failure = error;
      }
      mustEqual(failure, undefined, 'what was thrown when the caller spoke after the close');
      mustEqual(reading.events.length, before, 'chunks after the close');
    },
  },
  {
    id: 'AUDIO-IN-5.1',
    title: 'A frame reaches its reader within two turns of the event loop.',
    why: 'Every interruption passes here: what waits for a timer adds to each.',
    since: '1.0',
    leftOut: unlessCaller('speak'),
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      const frames = callersFrames(ends.caller, 400);
      const turnsMs = await leastOf(2, async () => {
        const before = reading.events.length;
        const startedMs = performance.now();
        for (const frame of frames) {
          const wanted = reading.events.length + 1;
          ends.caller.speak?.(frame);
          for (let turn = 0; turn < 2 && reading.events.length < wanted; turn += 1)
            await new Promise<void>((resolve) => void setImmediate(resolve));
        }
        mustEqual(reading.events.length - before, frames.length, 'chunks that came within two turns of the event loop of each frame');
        return (performance.now() - startedMs) / frames.length;
      });
      mustHold(turnsMs < 5, `a frame took ${turnsMs.toFixed(1)} ms to its reader: at most 5 may it`);
    },
  },
];
