import { realClock } from '@parley/core/provider-kit';
import { bytesPerRound } from '../memory-growth.js';
import { leastOf } from '../event-loop-stall.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { framesFor, instantOut, ofSegment, openOutput, playOut, writeAll } from './audio-output-calls.js';
import { settlesSoon } from './clear-rules.js';

/** Close, many outputs, what breaks, and what it costs. */
export const outputLifeRules: readonly Rule<'audio-output'>[] = [
  {
    id: 'AUDIO-OUT-3.1',
    title: 'When it is closed each open segment finishes, then `events` ends, quietly.',
    why: 'A reply that was being spoken when the caller hung up is remembered as far as it was heard, and nobody waits for the rest.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      await writeAll(trial, output.port, { id: 'a', frames: framesFor(output.port, 100) });
      await trial.settled('the close of the output', Promise.resolve(output.port[Symbol.asyncDispose]()));
      mustEqual(await trial.settled('the end of `events`', output.over), 'ended', 'how `events` ended');
      mustEqual(output.finished('a').length, 1, '`finished` of the segment that was open');
    },
  },
  {
    id: 'AUDIO-OUT-3.2',
    title: 'Closing settles the writes that wait for room.',
    why: 'Whoever writes else never learns that the call is over.',
    since: '1.0',
    leftOut: instantOut,
    async prove(trial) {
      const { port } = await openOutput(trial);
      let room: Promise<void> | undefined;
      for (const frame of framesFor(port, 30_000)) if ((room = port.write('a', frame)) !== undefined) break;
      await trial.settled('the close of the output', Promise.resolve(port[Symbol.asyncDispose]()));
      if (room !== undefined) await settlesSoon(trial, 'a write that waited for room when the output was closed', room);
    },
  },
  {
    id: 'AUDIO-OUT-3.3',
    title: 'Closed twice nothing happens, and what is asked of it afterwards does no harm.',
    why: 'Two parts of a session close the same call; a reply under way learns of it a moment later.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      const { port } = output;
      await trial.settled('the first close', Promise.resolve(port[Symbol.asyncDispose]()));
      await trial.settled('the second close', Promise.resolve(port[Symbol.asyncDispose]()));
      const before = output.events.length;
      const [frame] = framesFor(port, 20);
      const use = () => {
        const room = frame === undefined ? undefined : port.write('late', frame);
        port.end('late');
        port.clear();
        return room;
      };
      const room = mustNotThrow(use, 'write, end and clear after the close');
      if (room !== undefined) await settlesSoon(trial, 'a write after the close', room);
      mustEqual(output.events.length, before, 'events after the close');
    },
  },
  {
    id: 'AUDIO-OUT-3.4',
    title: 'Events that nobody reads hold up no audio.',
    why: 'An application that is busy for a second must not stop the agent in mid-word.',
    since: '1.0',
    async prove(trial) {
      const { port } = await trial.create();
      await writeAll(trial, port, { id: 'a', frames: framesFor(port, 2000) });
      port.end('a');
    },
  },
  {
    id: 'AUDIO-OUT-3.5',
    title: 'Two outputs do not mix: what is written to one, cleared and told of it is its own.',
    why: 'One call’s interruption must not silence another.',
    since: '1.0',
    async prove(trial) {
      const [one, other] = [await openOutput(trial), await openOutput(trial)];
      await writeAll(trial, one.port, { id: 'a', frames: framesFor(one.port, 100) });
      await writeAll(trial, other.port, { id: 'a', frames: framesFor(other.port, 100) });
      one.port.clear();
      other.port.end('a');
      await trial.pass(600);
      mustEqual(
        other.finished('a'),
        [{ type: 'finished', segmentId: 'a', playedMs: 100, complete: true }],
        '`finished` on the output that was not cleared',
      );
    },
  },
  {
    id: 'AUDIO-OUT-3.6',
    title: 'An output that has nothing to play, or is closed, has no timer on the clock.',
    why: 'Nothing is polled: five hundred idle calls cost nothing.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      await playOut(trial, output, { id: 'a', lengthMs: 60 });
      mustEqual(trial.clock.pendingTimers, 0, 'timers of an output that has played all');
      await writeAll(trial, output.port, { id: 'b', frames: framesFor(output.port, 60) });
      await trial.settled('the close of the output', Promise.resolve(output.port[Symbol.asyncDispose]()));
      mustEqual(trial.clock.pendingTimers, 0, 'timers of an output that was closed while it played');
    },
  },
  {
    id: 'AUDIO-OUT-3.7',
    title: 'A thousand outputs, opened, written to and closed, leave nothing behind.',
    why: 'A worker lives for weeks.',
    since: '1.0',
    deadlineMs: 40_000,
    async prove(trial) {
      const once = async () => {
        const ends = await trial.subject.create({ clock: trial.clock });
        for (const frame of framesFor(ends.port, 60)) void ends.port.write('a', frame);
        await ends[Symbol.asyncDispose]();
      };
      const left = await trial.settled('a thousand outputs', bytesPerRound(trial.times(1000), once), 35_000);
      mustHold(left < 1000, `each output leaves ${Math.round(left)} bytes behind: at most 1,000 may be`);
      await trial.nothingLeftOpen();
    },
  },
  {
    id: 'AUDIO-OUT-4.1',
    title: 'A frame of another format is refused at `write`, and the output plays on.',
    why: 'Played as it is it would be noise, at the wrong speed; a mistake of the application must be told at that call.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      const { port } = output;
      const wrong = {
        samples: new Int16Array(960),
        sampleRate: port.sampleRate === 48_000 ? 24_000 : 48_000,
        channels: port.channels,
        atMs: 0,
      };
      let refusal: unknown;
      try {
        void port.write('wrong', wrong);
      } catch (error) {
        refusal = error;
      }
      mustHold(refusal instanceof Error, `a frame of ${wrong.sampleRate} Hz was taken by an output of ${port.sampleRate} Hz`);
      await playOut(trial, output, { id: 'a', lengthMs: 60 });
      mustEqual(output.finished('a').length, 1, '`finished` of a segment after a frame that was refused');
    },
  },
  {
    id: 'AUDIO-OUT-4.2',
    title: 'A frame without a sample does no harm.',
    why: 'Converters give them at the beginning and at the end.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      const { port } = output;
      const empty = { samples: new Int16Array(0), sampleRate: port.sampleRate, channels: port.channels, atMs: 0 };
      mustNotThrow(() => void port.write('a', empty), 'a frame without a sample');
      await playOut(trial, output, { id: 'a', lengthMs: 60 });
      mustEqual(
        output.finished('a'),
        [{ type: 'finished', segmentId: 'a', playedMs: 60, complete: true }],
        '`finished` of a segment with an empty frame',
      );
    },
  },
  {
    id: 'AUDIO-OUT-4.3',
    title: 'When what carries the audio away breaks, `events` fails, and the writes that wait settle.',
    why: 'An end looks like a call that is over: the session must learn that it is speaking to nobody.',
    since: '1.0',
    leftOut: ({ declared }) => (declared.fail === undefined ? 'faults: nothing that can break' : undefined),
    async prove(trial) {
      const output = await openOutput(trial);
      await writeAll(trial, output.port, { id: 'a', frames: framesFor(output.port, 60) });
      output.ends.fail?.();
      const over = await trial.settled('the end of `events`', output.over);
      mustHold(over !== 'ended', 'what carries the audio away broke, and `events` ended as if the call were over');
    },
  },
  {
    id: 'AUDIO-OUT-5.1',
    title: 'The first frame sounds at once: `started` comes within 30 ms on the clock.',
    why: 'An output that collects audio before it begins adds that to each answer.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      const [frame] = framesFor(output.port, 20);
      if (frame !== undefined) void output.port.write('a', frame);
      await trial.pass(30);
      mustEqual(output.events[0]?.event.type, 'started', 'the first event, 30 ms after the first frame');
    },
  },
  {
    id: 'AUDIO-OUT-5.2',
    title: '`finished` comes when the last sample has been played: not before it, and within 50 ms after it.',
    why: 'Before it, the next reply talks over the end of this one; after it, the caller waits.',
    since: '1.0',
    leftOut: instantOut,
    async prove(trial) {
      const output = await openOutput(trial);
      const startedMs = trial.clock.now();
      for (const frame of framesFor(output.port, 140)) void output.port.write('a', frame);
      output.port.end('a');
      await trial.pass(600);
      const atMs = (ofSegment(output, 'a').find(({ event }) => event.type === 'finished')?.atMs ?? Infinity) - startedMs;
      mustHold(atMs >= 139 && atMs <= 190, `a segment of 140 ms finished after ${atMs} ms: from 140 to 190 it must`);
    },
  },
  {
    id: 'AUDIO-OUT-5.3',
    title: 'A frame is taken in less than half a millisecond.',
    why: 'At fifty frames a second and five hundred calls a millisecond each is more than there is.',
    since: '1.0',
    async prove(trial) {
      const took = await leastOf(3, async () => {
        const { port } = await trial.create({ clock: realClock });
        const frames = framesFor(port, 4000);
        const startedMs = performance.now();
        for (const frame of frames) void port.write('a', frame);
        const perFrameMs = (performance.now() - startedMs) / frames.length;
        await port[Symbol.asyncDispose]();
        return perFrameMs;
      });
      mustHold(took < 0.5, `a frame took ${took.toFixed(2)} ms to be written: at most 0.5 may it`);
    },
  },
];

/** @throws {Violation} It throws. */
function mustNotThrow<T>(act: () => T, what: string): T {
  try {
    return act();
  } catch (error) {
    mustHold(false, `${what}: must do no harm, and threw ${shown(error)}`);
  }
}
