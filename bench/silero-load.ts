import { realClock } from '@parley/core/provider-kit';
import { createSilero } from '@parley/silero';
import type { VAD } from '@parley/core/provider';
import type { BenchRow } from './bench-row.js';
import { noisyCallerFrame } from './fakes/caller-frame.js';
import { startFakeCall } from './load/fake-call.js';
import { warmUp } from './load/warm-up.js';
import { watchVAD } from './load/watch-vad.js';
import type { MeasureOptions } from './measurement.js';
import { percentile } from './statistics.js';
import { loadOf } from './turn-load.js';

const callCounts = [50, 100, 200, 300, 400, 500];
/** The goal of `turn-load`. */
const turnAtMostMs = 20;
/** Later than this, the next window is there before the last one was answered: the thread with the model falls behind. */
const windowAtMostMs = 32;
/** Of how many calls one has its windows timed. */
const watchedOf = 10;

/**
 * `turn-load` with Silero in place of the fake VAD, until it no longer holds. Silero hears live noise, the costliest there is, as it leaves
 * digital silence out. The STT says when a turn is over, at once, so that the turn overhead is the same thing as there; what Silero says of a
 * window comes later, and how much later stands beside it.
 */
export async function measureSileroLoad({ isQuick, subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  const silero = createSilero();
  const stop = new AbortController();
  try {
    await silero.prewarm?.({ signal: stop.signal, clock: realClock });
    await warmUp(subject);
    const rows: BenchRow[] = [];
    let held = 0;
    for (const calls of callCounts) {
      const load = await sileroLoadOf(silero, calls, isQuick ? 4 : 12);
      rows.push(...load.rows);
      if (!load.holds) break;
      held = calls;
    }
    const what = `most calls tried that hold: turn p99 at most ${turnAtMostMs} ms, window p99 at most ${windowAtMostMs} ms`;
    return [...rows, { what, figures: [held], unit: 'calls' }];
  } finally {
    stop.abort();
    await silero.close?.();
  }
}

async function sileroLoadOf(
  silero: VAD,
  calls: number,
  turns: number,
): Promise<{ readonly rows: readonly BenchRow[]; readonly holds: boolean }> {
  const watched = watchVAD(silero);
  let started = 0;
  const load = await loadOf({
    calls,
    turns,
    frame: noisyCallerFrame,
    startCall: (options) => startFakeCall({ ...options, vad: (started += 1) % watchedOf === 0 ? watched.vad : silero }),
  });
  const { given, answered } = watched.count();
  const { latenciesMs } = watched;
  const windowP99Ms = latenciesMs.length === 0 ? Infinity : percentile(latenciesMs, 0.99);
  const windowRows: readonly BenchRow[] = Number.isFinite(windowP99Ms)
    ? [
        { what: `${calls} calls: frame given -> Silero's window, p50`, figures: [percentile(latenciesMs, 0.5)], unit: 'ms' },
        { what: `${calls} calls: frame given -> Silero's window, p99`, figures: [windowP99Ms], unit: 'ms' },
      ]
    : [];
  return {
    rows: [
      ...load.rows,
      ...windowRows,
      { what: `${calls} calls: windows never answered`, figures: [(1 - answered / Math.max(1, given)) * 100], unit: '%' },
    ],
    holds: load.p99Ms <= turnAtMostMs && windowP99Ms <= windowAtMostMs,
  };
}
