import type { BenchRow } from './bench-row.js';
import { callerFrame, frameMs } from './fakes/caller-frame.js';
import { mostFailedShare } from './load/run-calls.js';
import { paceFrames } from './load/pace-frames.js';
import { TurnLatencies } from './load/turn-latencies.js';
import { frameKind, framesOf, shortTurn } from './load/turn-pattern.js';
import { watchEventLoop } from './load/watch-event-loop.js';
import { watchGarbageCollection } from './load/watch-garbage-collection.js';
import type { MeasureOptions } from './measurement.js';
import { percentile } from './statistics.js';

/** Left out: code is compiled in them. */
const warmUpTurns = 20;
/** Turns that the growth of the history is judged by, at the beginning and at the end. */
const edgeTurns = 100;

/**
 * What the session itself adds to a turn: one call in real time, VAD and STT that answer on the frame after the last voiced one, endpointing
 * delay 0, LLM and TTS that answer at once. From the push of that frame (before it, the caller's voice might still have gone on) to the
 * first frame that the output is given.
 */
export async function measureTurnOverhead({ isQuick, subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  const turns = isQuick ? 120 : 520;
  const latencies = new TurnLatencies();
  const caller = latencies.caller();
  const call = await subject.startCall({ output: 'instant', onReply: () => caller.reply() });
  const collected = watchGarbageCollection();
  const watched = watchEventLoop();
  await paceFrames({
    startMs: performance.now() + frameMs,
    frames: turns * framesOf(shortTurn) + 1,
    onFrame: (index, dueMs) => {
      const kind = frameKind(shortTurn, index);
      caller.frame(kind === 'deciding', dueMs);
      call.push(callerFrame(kind === 'voiced', index * frameMs));
    },
  });
  const delay = watched();
  const garbage = collected();
  await call.close();
  const answered = latencies.fromPushMs.length;
  if (answered < turns * (1 - mostFailedShare)) throw new Error(`of ${turns} turns only ${answered} were answered`);
  const measured = latencies.fromPushMs.slice(warmUpTurns);
  const edge = Math.min(edgeTurns, Math.floor((turns - warmUpTurns) / 2));
  return [
    { what: 'end of speech -> first frame out, p50', figures: [percentile(measured, 0.5)], unit: 'ms', atMost: 0.5 },
    { what: 'end of speech -> first frame out, p95', figures: [percentile(measured, 0.95)], unit: 'ms' },
    { what: 'end of speech -> first frame out, p99', figures: [percentile(measured, 0.99)], unit: 'ms', atMost: 2 },
    { what: 'end of speech -> first frame out, max', figures: [percentile(measured, 1)], unit: 'ms' },
    { what: 'the same, first turn of a cold process', figures: [percentile(latencies.fromPushMs.slice(0, 1), 1)], unit: 'ms' },
    { what: `the same, p50 of the first ${edge} turns`, figures: [percentile(measured.slice(0, edge), 0.5)], unit: 'ms' },
    { what: `the same, p50 of the last ${edge} turns (history grows)`, figures: [percentile(measured.slice(-edge), 0.5)], unit: 'ms' },
    { what: 'turns measured, in one call', figures: [measured.length], unit: 'turns' },
    { what: 'turns that failed: not answered by themselves', figures: [(1 - answered / turns) * 100], unit: '%' },
    { what: 'delay of the event loop, p99', figures: [delay.p99Ms], unit: 'ms' },
    { what: 'longest pause for garbage collection', figures: [garbage.longestMs], unit: 'ms' },
  ];
}
