/** A process, as far as it matters for where the next job goes. */
export interface PooledState {
  readonly state: 'starting' | 'ready' | 'closing';
  readonly jobs: number;
  /** Jobs it was ever given. */
  readonly served: number;
}

/**
 * Jobs that a shared process is given, at once or one after another. What native code does not give back goes only with its process: LiveKit's
 * keeps half a megabyte of each room that was joined, and a thread for each track in one that the server ended.
 */
const mostServed = 100;

export interface PoolDemand {
  readonly processes: readonly PooledState[];
  /** Jobs that no process has taken yet. */
  readonly waiting: number;
  readonly jobsPerProcess: number;
  /** So many processes that have room for a job are kept. */
  readonly idleProcesses: number;
  /** Infinity: no limit. */
  readonly maxJobs: number;
  /** Processes starting at once, at most. */
  readonly mostStarting: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Jobs at once of a process that has had none yet. */
const capacityOf = (jobsPerProcess: number): number => Math.min(jobsPerProcess, mostServed);
/** Jobs that it may still be given; one that is not shared serves one. */
const leftFor = ({ served }: PooledState, jobsPerProcess: number): number => (jobsPerProcess === 1 ? 1 : mostServed) - served;
const roomOf = (process: PooledState, jobsPerProcess: number): number =>
  process.state === 'ready' ? Math.max(0, Math.min(jobsPerProcess - process.jobs, leftFor(process, jobsPerProcess))) : 0;
const hasRoom = (process: PooledState, jobsPerProcess: number): boolean => roomOf(process, jobsPerProcess) > 0;

/** Room for a job, and not near its end: others would wait for the start of another when it has had its last. */
const isWarm = (process: PooledState, jobsPerProcess: number): boolean =>
  hasRoom(process, jobsPerProcess) && leftFor(process, jobsPerProcess) >= capacityOf(jobsPerProcess);

/** It has had all the jobs that it is given, and they are over. */
export const isSpent = (process: PooledState, jobsPerProcess: number): boolean =>
  process.state === 'ready' && process.jobs === 0 && leftFor(process, jobsPerProcess) <= 0;

/** How many processes with room are wanted: no more than can ever get a job. */
function wantedWithRoom({ processes, waiting, jobsPerProcess, idleProcesses, maxJobs }: PoolDemand): number {
  const open = Math.max(0, maxJobs - waiting - sum(processes.map(({ jobs }) => jobs)));
  return Math.min(idleProcesses, Math.ceil(open / capacityOf(jobsPerProcess)));
}

/** How many processes to start now: for the jobs that wait, and so that as many as wanted are warm. */
export function startCount(demand: PoolDemand): number {
  const { processes, waiting, jobsPerProcess, mostStarting } = demand;
  const warm = processes.filter((process) => isWarm(process, jobsPerProcess)).length;
  const starting = processes.filter(({ state }) => state === 'starting').length;
  const free = sum(processes.map((process) => roomOf(process, jobsPerProcess)));
  const forWaiting = Math.ceil(Math.max(0, waiting - free) / capacityOf(jobsPerProcess));
  const lacking = forWaiting + wantedWithRoom(demand) - warm - starting;
  return Math.max(0, Math.min(lacking, mostStarting - starting));
}

/** The index of the process that the next job goes to, the one with the fewest jobs, so that all cores are used; -1: none has room. */
export function nextProcess(processes: readonly PooledState[], jobsPerProcess: number): number {
  let best = -1;
  for (const [index, process] of processes.entries()) {
    if (hasRoom(process, jobsPerProcess) && process.jobs < (processes[best]?.jobs ?? Infinity)) best = index;
  }
  return best;
}

/** Indexes of processes that no job needs any more, and that are more than are kept warm. */
export function superfluous(demand: PoolDemand): readonly number[] {
  if (demand.waiting > 0) return [];
  const warm = demand.processes.filter((process) => isWarm(process, demand.jobsPerProcess)).length;
  const empty = demand.processes.flatMap(({ state, jobs }, index) => (state === 'ready' && jobs === 0 ? [index] : []));
  return empty.slice(0, Math.max(0, Math.min(empty.length, warm - wantedWithRoom(demand))));
}
