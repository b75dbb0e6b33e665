import { setTimeout } from 'node:timers/promises';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import {
  framesFor,
  instantOut,
  openOutput,
  type OutputTrial,
  playOut,
  unheardOut,
  type WatchedOutput,
  writeAll,
} from './audio-output-calls.js';

/** How far an output's count may be from the clock's: it plays in steps. */
const stepMs = 60;

/** Without waiting: as much as there is room for, and a frame more. */
function fill({ port }: WatchedOutput, id: string): { readonly writtenMs: number; readonly room: Promise<void> | undefined } {
  let writtenMs = 0;
  for (const frame of framesFor(port, 30_000)) {
    const room = port.write(id, frame);
    writtenMs += 20;
    if (room !== undefined) return { writtenMs, room };
  }
  return { writtenMs, room: undefined };
}

/** A segment that plays, and was cleared when it had played so long. */
async function clearedAfter(trial: OutputTrial, playedMs: number): Promise<WatchedOutput> {
  const output = await openOutput(trial);
  await writeAll(trial, output.port, { id: 'a', frames: framesFor(output.port, 200) });
  await trial.pass(playedMs);
  output.port.clear();
  await trial.quiet();
  return output;
}

/** Interruption. */
export const clearRules: readonly Rule<'audio-output'>[] = [
  {
    id: 'AUDIO-OUT-2.13',
    title: 'After `clear` each open segment finishes, not `complete`, with what was played of it by then.',
    why: 'An interruption is cut there: by what was written, the model believes that the caller heard the end.',
    since: '1.0',
    leftOut: instantOut,
    async prove(trial) {
      const output = await openOutput(trial);
      const { port } = output;
      const [first, second] = [framesFor(port, 120), framesFor(port, 60)];
      for (const frame of first) void port.write('a', frame);
      port.end('a');
      for (const frame of second) void port.write('b', frame);
      await trial.pass(80);
      port.clear();
      await trial.pass(100);
      const [a] = output.finished('a');
      mustHold(
        a?.complete === false && Math.abs(a.playedMs - 80) <= stepMs,
        `80 ms of the first segment were played, and it finished with ${shown(a)}`,
      );
      mustEqual(
        output.finished('b'),
        [{ type: 'finished', segmentId: 'b', playedMs: 0, complete: false }],
        '`finished` of the segment that had not begun',
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.14',
    title: 'After `clear` the end of what was cleared is told before any later start.',
    why: 'Who is speaking is taken from the order of these two: the other way round the new reply ends as it begins.',
    since: '1.0',
    async prove(trial) {
      const output = await clearedAfter(trial, 60);
      await playOut(trial, output, { id: 'b', lengthMs: 60 });
      const told = output.events.flatMap(({ event }) => (event.type === 'progress' ? [] : [`${event.type} ${event.segmentId}`]));
      const [finished, started] = [told.indexOf('finished a'), told.indexOf('started b')];
      mustHold(
        finished >= 0 && started > finished,
        `the end of the cleared segment must come before the next start, and came: ${told.join(', ')}`,
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.15',
    title: 'What is written to a segment that was cleared is ignored: it does not begin anew.',
    why: 'The synthesis of an interrupted reply goes on for a moment: its rest must not sound after the interruption.',
    since: '1.0',
    async prove(trial) {
      const output = await clearedAfter(trial, 60);
      await writeAll(trial, output.port, { id: 'a', frames: framesFor(output.port, 100) });
      output.port.end('a');
      await trial.pass(600);
      mustEqual(output.finished('a').length, 1, '`finished` of a segment that was written to after it was cleared');
      const starts = output.events.filter(({ event }) => event.type === 'started').length;
      mustEqual(starts, 1, 'how often a segment started that was written to after it was cleared');
    },
  },
  {
    id: 'AUDIO-OUT-2.16',
    title: 'A segment after a `clear` is played whole, from its first sample.',
    why: 'To resume, core clears and writes the rest anew: what is dropped of it is missing in the middle of a word.',
    since: '1.0',
    async prove(trial) {
      const output = await clearedAfter(trial, 60);
      await playOut(trial, output, { id: 'b', lengthMs: 100 });
      mustEqual(
        output.finished('b'),
        [{ type: 'finished', segmentId: 'b', playedMs: 100, complete: true }],
        '`finished` of the segment after a clear',
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.17',
    title: 'After `clear` nothing more of what was cleared is heard than was told as played.',
    why: 'The agent talks on after it was interrupted.',
    since: '1.0',
    leftOut: (subject) => instantOut(subject) ?? unheardOut(subject),
    async prove(trial) {
      const output = await clearedAfter(trial, 80);
      await trial.pass(400);
      const { port, ends } = output;
      const playedMs = output.finished('a')[0]?.playedMs ?? Number.NaN;
      const heardMs = ((ends.heard?.().length ?? 0) * 1000) / (port.sampleRate * port.channels);
      mustHold(Math.abs(heardMs - playedMs) <= 1 + port.latencyMs, `${playedMs} ms were told as played, and ${heardMs} ms were heard`);
    },
  },
  {
    id: 'AUDIO-OUT-2.18',
    title: '`clear` settles the writes that wait for room.',
    why: 'The writer waits for room that nobody makes any more: the reply hangs, and with it the next one.',
    since: '1.0',
    leftOut: instantOut,
    async prove(trial) {
      const output = await openOutput(trial);
      const { room } = fill(output, 'a');
      output.port.clear();
      if (room !== undefined) await settlesSoon(trial, 'a write that waited for room when it was cleared', room);
    },
  },
  {
    id: 'AUDIO-OUT-2.19',
    title: '`clear` with nothing to clear does nothing.',
    why: 'It is called at every interruption, whether or not a segment is open.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      output.port.clear();
      await playOut(trial, output, { id: 'a', lengthMs: 60 });
      const before = output.events.length;
      output.port.clear();
      await trial.pass(200);
      mustEqual(output.events.slice(before), [], 'events after a clear of nothing');
      mustEqual(output.finished('a').length, 1, '`finished` of the segment before');
    },
  },
];

/** While no time passes on the clock, so that it is not the playing that settles it. */
export async function settlesSoon(trial: OutputTrial, what: string, promise: Promise<unknown>): Promise<void> {
  const waited = Promise.race([promise.then(() => true), setTimeout(300).then(() => false)]);
  mustHold(await trial.settled(what, waited), `${what}: did not settle`);
}
