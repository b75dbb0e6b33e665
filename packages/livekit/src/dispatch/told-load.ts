/** What a worker says of itself. */
export interface WorkerLoad {
  readonly load: number;
  readonly accepting: boolean;
  readonly jobs: number;
}

/** From here on the load is told in smaller steps. */
const steepUntil = 0.6;
/** Servers after 1.9.12 give a node nothing all of whose workers are above 0.7 (`agents.target_load`), though they are available. */
const mostWhileAccepting = 0.69;
/** At 1 a server of any version offers nothing, whatever the status says. */
const most = 0.99;

/**
 * The load to tell the server: of a worker that takes jobs always below what the server takes for full, for whether it is full is the worker's
 * to say. A higher load is told as a higher one, so that the server still prefers whoever has more room.
 */
export function toldLoad({ load, accepting }: WorkerLoad): number {
  const real = Number.isFinite(load) ? Math.min(1, Math.max(0, load)) : 0;
  if (!accepting) return Math.min(real, most);
  if (real <= steepUntil) return real;
  return steepUntil + ((real - steepUntil) / (1 - steepUntil)) * (mostWhileAccepting - steepUntil);
}
