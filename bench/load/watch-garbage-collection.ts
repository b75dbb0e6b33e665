import { PerformanceObserver } from 'node:perf_hooks';

export interface GarbageCollection {
  readonly count: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** Watches from now on; the returned function stops, and says what there was. */
export function watchGarbageCollection(): () => GarbageCollection {
  const durationsMs: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) durationsMs.push(entry.duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    for (const entry of observer.takeRecords()) durationsMs.push(entry.duration);
    observer.disconnect();
    return {
      count: durationsMs.length,
      totalMs: durationsMs.reduce((sum, ms) => sum + ms, 0),
      longestMs: Math.max(0, ...durationsMs),
    };
  };
}
