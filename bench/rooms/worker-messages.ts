/** What a worker of a bench is started with, as JSON, in its second argument. */
export interface WorkerSettings {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly agentName: string;
  readonly idleProcesses: number;
  /** The peer has one job in each process whatever is said here. */
  readonly jobsPerProcess: number;
  /** Free when it was looked for. */
  readonly healthPort: number;
}

/** What one asks of it: how it stands; `collect`: after all garbage has been collected, which holds it up. */
export type WorkerQuestion = 'status' | 'collect';

/** What it says by itself, and when asked. */
export type WorkerMessage =
  | { readonly type: 'registered' }
  /** A job was offered, at this time by `monotonicMs`. */
  | { readonly type: 'offer'; readonly room: string; readonly atMs: number }
  | { readonly type: 'status'; readonly activeJobs: number; readonly heapMb: number };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** @returns Nothing if it is no message of a worker's. */
export function readWorkerMessage(value: unknown): WorkerMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, room, atMs, activeJobs, heapMb } = value;
  if (type === 'registered') return { type };
  if (type === 'offer' && typeof room === 'string' && typeof atMs === 'number') return { type, room, atMs };
  if (type === 'status' && typeof activeJobs === 'number' && typeof heapMb === 'number') return { type, activeJobs, heapMb };
  return undefined;
}

/** @throws {TypeError} They are none. */
export function readWorkerSettings(text: string | undefined): WorkerSettings {
  const value: unknown = JSON.parse(text ?? 'null');
  if (!isRecord(value)) throw new TypeError('this file is started by a measurement, with the settings of a worker');
  const { url, apiKey, apiSecret, agentName, idleProcesses, jobsPerProcess, healthPort } = value;
  if (typeof url === 'string' && typeof apiKey === 'string' && typeof apiSecret === 'string' && typeof agentName === 'string')
    return {
      url,
      apiKey,
      apiSecret,
      agentName,
      idleProcesses: Number(idleProcesses),
      jobsPerProcess: Number(jobsPerProcess),
      healthPort: Number(healthPort),
    };
  throw new TypeError('the settings of a worker name a server and an agent');
}
