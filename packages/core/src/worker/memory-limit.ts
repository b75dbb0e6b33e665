/** A warning is repeated when so much has come on top, or so much time has passed. */
const repeatMb = 50;
const repeatMs = 120_000;

export interface MemoryLimits {
  /** Megabytes of resident memory; Infinity: none. */
  readonly warnMb: number;
  readonly limitMb: number;
}

/** The last warning, if there was one. */
export interface MemoryState {
  readonly warned: { readonly usedMb: number; readonly atMs: number } | undefined;
}

export const firstMemoryState: MemoryState = { warned: undefined };

/** Whether what a process uses is worth a warning, or too much. */
export function nextMemory(
  state: MemoryState,
  { usedMb, atMs, limits }: { readonly usedMb: number; readonly atMs: number; readonly limits: MemoryLimits },
): { readonly state: MemoryState; readonly verdict: 'fine' | 'warn' | 'over' } {
  if (usedMb >= limits.limitMb) return { state, verdict: 'over' };
  if (usedMb < limits.warnMb) return { state: firstMemoryState, verdict: 'fine' };
  const { warned } = state;
  const isNews = warned === undefined || usedMb >= warned.usedMb + repeatMb || atMs >= warned.atMs + repeatMs;
  return isNews ? { state: { warned: { usedMb, atMs } }, verdict: 'warn' } : { state, verdict: 'fine' };
}
