import type { Profiler } from 'node:inspector';

/** Time in one function itself, without what it called. */
export interface SelfTime {
  readonly where: string;
  readonly ms: number;
}

/**
 * Self time by function, most first, without the time in which there was nothing to do.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly SelfTime[] {
  const whereById = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const msByPlace = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const where = whereById.get(id) ?? '(unknown)';
    // Microseconds from the sample before.
    msByPlace.set(where, (msByPlace.get(where) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
  msByPlace.delete('(idle)');
  return [...msByPlace].map(([where, ms]) => ({ where, ms })).toSorted((a, b) => b.ms - a.ms);
}

function placeOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  // Two folders say enough; V8 counts lines from 0.
  return url === '' ? name : `${name} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
}

/** Where the time went, the first 30 places. */
export function profileTable(profile: Profiler.Profile): string {
  const times = selfTimes(profile);
  const busyMs = times.reduce((sum, { ms }) => sum + ms, 0);
  const lines = times
    .slice(0, 30)
    .map(({ where, ms }) => `${ms.toFixed(1).padStart(10)} ms ${((ms / busyMs) * 100).toFixed(1).padStart(5)} %  ${where}`);
  return [`${busyMs.toFixed(0)} ms busy; self time by function:`, ...lines].join('\n');
}
