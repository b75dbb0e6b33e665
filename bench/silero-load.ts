import { realClock } from '@parley/core/provider-kit';
import { createSilero } from '@parley/silero';
import type { VAD } from '@parley/core/provider';
import type { BenchRow } from './bench-row.js';
import { noisyCallerFrame } from './fakes/caller-frame.js';
import type { StartCall } from './load/bench-call.js';
import { startFakeCall } from './load/fake-call.js';
import { warmUp } from './load/warm-up.js';
import { type WatchedVAD, watchVAD } from './load/watch-vad.js';
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
  const watched: WatchedVAD[] = [];
  let started = 0;
  const startCall: StartCall = async (options) => {
    started += 1;
    if (started % watchedOf !== 0) return await startFakeCall({ ...options, vad: silero });
    const watch = watchVAD(silero);
    watched.push(watch);
    const call = await startFakeCall({ ...options, vad: watch.vad });
    return {
      push(frame) {
        watch.pushed(frame);
        call.push(frame);
      },
      close: () => call.close(),
    };
  };
  const load = await loadOf({ calls, turns, frame: noisyCallerFrame, startCall });
  const latenciesMs = watched.flatMap((watch) => watch.latenciesMs);
  const windowP99Ms = latenciesMs.length === 0 ? Infinity : percentile(latenciesMs, 0.99);
  return {
    rows: [
      ...load.rows,
      ...windowRows(calls, latenciesMs),
      { what: `${calls} calls: audio that Silero was not in time for`, figures: [missedShare(watched) * 100], unit: '%' },
    ],
    holds: load.p99Ms <= turnAtMostMs && windowP99Ms <= windowAtMostMs,
  };
}

function windowRows(calls: number, latenciesMs: readonly number[]): readonly BenchRow[] {
  if (latenciesMs.length === 0) return [];
  return [
    { what: `${calls} calls: frame pushed -> Silero's window, p50`, figures: [percentile(latenciesMs, 0.5)], unit: 'ms' },
    { what: `${calls} calls: frame pushed -> Silero's window, p99`, figures: [percentile(latenciesMs, 0.99)], unit: 'ms' },
  ];
}

/** Frames that core dropped for a VAD that fell behind, or that it still had when the call ended; 0 to 1. */
function missedShare(watched: readonly WatchedVAD[]): number {
  const counts = watched.map((watch) => watch.count());
  const pushed = counts.reduce((sum, count) => sum + count.pushed, 0);
  return pushed === 0 ? 1 : 1 - counts.reduce((sum, count) => sum + count.heard, 0) / pushed;
}
