import type { BenchRow } from './bench-row.js';
import type { callerFrame } from './fakes/caller-frame.js';
import type { StartCall } from './load/bench-call.js';
import { mostFailedShare, runCalls } from './load/run-calls.js';
import { oneSecondTurn } from './load/turn-pattern.js';
import { warmUp } from './load/warm-up.js';
import { watchEventLoop } from './load/watch-event-loop.js';
import { watchGarbageCollection } from './load/watch-garbage-collection.js';
import type { MeasureOptions } from './measurement.js';
import { percentile } from './statistics.js';

const callCounts = [1, 10, 50, 200, 500];

/**
 * Turn overhead of many calls on one core in real time, with paced output, counted from when the frame that ends the turn was due: from its
 * push, a process that cannot keep up would look fast. No more calls are tried once more than half of the turns have failed.
 */
export async function measureTurnLoad({ isQuick, subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  await warmUp(subject);
  const rows: BenchRow[] = [];
  for (const calls of callCounts) {
    const load = await loadOf({ calls, turns: isQuick ? 5 : 15, startCall: subject.startCall });
    rows.push(...load.rows);
    if (load.failedShare > mostFailedShare) break;
  }
  return rows;
}

export interface TurnLoad {
  readonly rows: readonly BenchRow[];
  readonly failedShare: number;
  /** Of the turn overhead, from when the frame was due; infinite where no turn was answered. */
  readonly p99Ms: number;
}

export interface LoadOptions {
  readonly calls: number;
  readonly turns: number;
  readonly startCall: StartCall;
  /** What the callers say; `callerFrame` by default. */
  readonly frame?: typeof callerFrame;
}

/** Turns of one second at so many calls. */
export async function loadOf(options: LoadOptions): Promise<TurnLoad> {
  const { calls } = options;
  let collected = watchGarbageCollection();
  let watched = watchEventLoop();
  const { latencies, busyCores, failedShare } = await runCalls({
    ...options,
    pattern: oneSecondTurn,
    warmUpTurns: 3,
    output: 'paced',
    onMeasured: () => {
      // From here on: opening so many calls at once is not what they cost.
      collected();
      watched();
      collected = watchGarbageCollection();
      watched = watchEventLoop();
    },
  });
  const delay = watched();
  const garbage = collected();
  const { fromDueMs, fromPushMs } = latencies;
  const what = (of: string): string => `${calls} ${calls === 1 ? 'call' : 'calls'}: ${of}`;
  const p99Ms = fromDueMs.length === 0 ? Infinity : percentile(fromDueMs, 0.99);
  // Of no answers at all there are no times.
  const times: readonly BenchRow[] = Number.isFinite(p99Ms)
    ? [
        { what: what('frame due -> first frame out, p50'), figures: [percentile(fromDueMs, 0.5)], unit: 'ms' },
        { what: what('frame due -> first frame out, p95'), figures: [percentile(fromDueMs, 0.95)], unit: 'ms' },
        { what: what('frame due -> first frame out, p99'), figures: [p99Ms], unit: 'ms', atMost: 20 },
        { what: what('frame due -> first frame out, max'), figures: [percentile(fromDueMs, 1)], unit: 'ms' },
        { what: what('from the push, p50'), figures: [percentile(fromPushMs, 0.5)], unit: 'ms' },
        { what: what('from the push, p99'), figures: [percentile(fromPushMs, 0.99)], unit: 'ms' },
      ]
    : [];
  const rows: readonly BenchRow[] = [
    ...times,
    // A frame too late for its own turn belongs to the next: two turns become one.
    { what: what('turns that failed: not answered by themselves'), figures: [failedShare * 100], unit: '%' },
    { what: what('frames more than 20 ms late'), figures: [latencies.lateShare * 100], unit: '%' },
    { what: what('delay of the event loop, p99'), figures: [delay.p99Ms], unit: 'ms' },
    { what: what('delay of the event loop, max'), figures: [delay.maxMs], unit: 'ms' },
    { what: what('of one core, load driver included'), figures: [busyCores * 100], unit: '%' },
    { what: what('longest pause for garbage collection'), figures: [garbage.longestMs], unit: 'ms' },
  ];
  return { rows, failedShare, p99Ms };
}
