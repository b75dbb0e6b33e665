import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop was for its own timer: what any other work of the process would have waited. */
export interface EventLoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const resolutionMs = 10;

/** Watches from now on, every 10 ms; the returned function stops, and says what there was. */
export function watchEventLoop(): () => EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  // Node counts from one of its wake-ups to the next: the 10 ms are in it.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return () => {
    histogram.disable();
    return { p50Ms: late(histogram.percentile(50)), p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) };
  };
}
