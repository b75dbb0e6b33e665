import type { BenchRow } from './bench-row.js';
import { runCalls } from './load/run-calls.js';
import { oneSecondTurn } from './load/turn-pattern.js';
import { warmUp } from './load/warm-up.js';
import { watchGarbageCollection } from './load/watch-garbage-collection.js';
import type { MeasureOptions } from './measurement.js';
import { median, percentile } from './statistics.js';

/**
 * Turn overhead of many calls on one core in real time, with paced output, counted from when the frame that ends the turn was due: from its
 * push, a process that cannot keep up would look fast.
 */
export async function measureTurnLoad({ isQuick }: MeasureOptions): Promise<readonly BenchRow[]> {
  await warmUp();
  const rows: BenchRow[] = [];
  for (const calls of isQuick ? [50, 200] : [50, 200, 500]) rows.push(...(await loadOf(calls, isQuick ? 5 : 15)));
  return rows;
}

async function loadOf(calls: number, turns: number): Promise<readonly BenchRow[]> {
  const collected = watchGarbageCollection();
  const {
    latencies,
    cpuPerSecondMs,
    turns: asked,
  } = await runCalls({
    calls,
    turns,
    pattern: oneSecondTurn,
    warmUpTurns: 3,
    output: 'paced',
  });
  const garbage = collected();
  const { fromDueMs } = latencies;
  const row = (what: string, figure: number): Pick<BenchRow, 'what' | 'figures'> => ({
    what: `${calls} calls: ${what}`,
    figures: [figure],
  });
  return [
    { ...row('frame due -> first frame out, p50', percentile(fromDueMs, 0.5)), unit: 'ms' },
    { ...row('frame due -> first frame out, p99', percentile(fromDueMs, 0.99)), unit: 'ms', atMost: 20 },
    { ...row('frame due -> first frame out, max', percentile(fromDueMs, 1)), unit: 'ms' },
    { ...row('from the push, p50', percentile(latencies.fromPushMs, 0.5)), unit: 'ms' },
    { ...row('from the push, p99', percentile(latencies.fromPushMs, 0.99)), unit: 'ms' },
    { ...row('frames more than 20 ms late', latencies.lateShare * 100), unit: '%' },
    // A frame too late for its own turn belongs to the next: two turns become one.
    { ...row('turns not answered by themselves', (1 - fromDueMs.length / asked) * 100), unit: '%' },
    { ...row('of one core, load driver included', median(cpuPerSecondMs) / 10), unit: '%' },
    { ...row('longest pause for garbage collection', garbage.longestMs), unit: 'ms' },
  ];
}
