import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkGiven, optionChecks } from '../agent/check-options.js';
import { createJsonLogger } from '../observe/json-logger.js';
import { quietLogger } from '../observe/quiet-logger.js';
import type { Clock } from '../provider/clock.js';
import type { Dispatcher } from '../provider/dispatcher.js';
import type { Logger } from '../provider/logger.js';
import { realClock } from '../time/real-clock.js';
import { type AnyAgent, isAgentDefinition } from './define-agent.js';
import type { OnJobFailed } from './failed-job.js';
import type { JobRequest } from './job-request.js';
import { WorkerError } from './worker-error.js';

/** Times are milliseconds, sizes megabytes of resident memory. */
export interface WorkerOptions {
  /**
   * The module whose default export `defineAgent` made: a path from the current folder, or a `file:` URL. With `isolation: 'inline'` also the
   * agent itself.
   */
  readonly agent: string | URL | AnyAgent;
  /** Where jobs come from. Whoever made it closes it, after the worker. */
  readonly dispatcher: Dispatcher;
  /** Accepts or rejects what is offered; has to answer 300 ms before the offer's deadline. Without it each job is accepted. */
  readonly request?: ((request: JobRequest) => unknown) | null | undefined;
  /** Changes defaults: no process is kept warm, no limit of load, health on loopback at any free port. */
  readonly development?: boolean | null | undefined;
  /** Where the health server listens: `0.0.0.0`. */
  readonly host?: string | null | undefined;
  /** 8081. 0: any free one, see `worker.healthPort`. null: no health server. */
  readonly port?: number | null | undefined;
  /** `process`: in processes of their own. `inline`: in the worker's, for development and tests. */
  readonly isolation?: 'process' | 'inline' | null | undefined;
  /** 1: each job has a process of its own, which ends with it. More: processes are shared, and kept. */
  readonly jobsPerProcess?: number | null | undefined;
  /** So many processes that have room for a job are kept warm: as many as there are cores, at most 4. */
  readonly idleProcesses?: number | null | undefined;
  /** Jobs at once; null or absent: only the load limits. */
  readonly maxJobs?: number | null | undefined;
  /** No further job is taken from this load on: 0.7. null: no limit. */
  readonly loadThreshold?: number | null | undefined;
  /** The load, 0 to 1, instead of the CPU's. Asked often: it answers at once. */
  readonly load?: ((state: { readonly jobs: number }) => number) | null | undefined;
  /** For a process to load the agent's module and prewarm: 10,000. */
  readonly initializeTimeoutMs?: number | null | undefined;
  /** For a job to end in order, or for all of a process: 60,000. Then the process is killed. */
  readonly shutdownTimeoutMs?: number | null | undefined;
  /** For running calls to finish when the worker drains: 3,600,000. */
  readonly drainTimeoutMs?: number | null | undefined;
  /** A process that uses more is warned of: 1,000. null: none is. */
  readonly memoryWarnMb?: number | null | undefined;
  /** The jobs of a process that uses more are ended, and have failed. null or absent: no limit. */
  readonly memoryLimitMb?: number | null | undefined;
  /** `redispatch` once, `end-room`, or `leave`: what is done for the caller of a job that failed. */
  readonly onJobFailed?: OnJobFailed | null | undefined;
  /** Arguments to Node for job processes, beside those that the worker itself was given. */
  readonly execArgv?: readonly string[] | null | undefined;
  /** JSON lines to standard error, from `info` on, unless given. */
  readonly logger?: Logger | null | undefined;
  /** The machine's unless given. */
  readonly clock?: Clock | null | undefined;
}

/** Options with all defaults; what is off is Infinity. */
export interface SettledWorkerOptions {
  /** URL of its module, or the agent itself. */
  readonly agent: string | AnyAgent;
  readonly dispatcher: Dispatcher;
  readonly request: ((request: JobRequest) => unknown) | undefined;
  readonly host: string;
  readonly port: number | undefined;
  readonly isolation: 'process' | 'inline';
  readonly jobsPerProcess: number;
  readonly idleProcesses: number;
  readonly maxJobs: number;
  readonly loadThreshold: number;
  readonly load: ((state: { readonly jobs: number }) => number) | undefined;
  readonly initializeTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly memoryWarnMb: number;
  readonly memoryLimitMb: number;
  readonly onJobFailed: OnJobFailed;
  readonly execArgv: readonly string[];
  readonly logger: Logger;
  readonly clock: Clock;
}

const { isBoolean, isCount, isFunction, isObject, isTime, oneOf } = optionChecks;
type Check = (value: unknown) => string | undefined;

const isAgent: Check = (value) =>
  (typeof value === 'string' && value !== '') || value instanceof URL || isAgentDefinition(value)
    ? undefined
    : 'the path or file: URL of a module whose default export defineAgent made';
const isDispatcher: Check = (value) =>
  typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function' ? undefined : 'a dispatcher';
const isPort: Check = (value) => (isCount(value) === undefined && Number(value) <= 65_535 ? undefined : 'a port, 0 to 65535');
const isFromOne: Check = (value) => (isCount(value) === undefined && value !== 0 ? undefined : 'a whole number from 1 on');
const isShare: Check = (value) => (typeof value === 'number' && value > 0 && value <= 1 ? undefined : 'more than 0, and at most 1');
const isWait: Check = (value) => (value === 0 ? 'more than 0 milliseconds' : isTime(value));
const isMegabytes: Check = (value) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? undefined : 'megabytes, more than 0';
const isTexts: Check = (value) => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? undefined : 'a list of texts');
const isText: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty');
const isLogger: Check = (value) =>
  typeof value === 'object' && value !== null && 'log' in value && typeof value.log === 'function' ? undefined : 'a logger';

const checks: Readonly<Record<keyof WorkerOptions, Check>> = {
  agent: isAgent,
  dispatcher: isDispatcher,
  request: isFunction,
  development: isBoolean,
  host: isText,
  port: isPort,
  isolation: oneOf('process', 'inline'),
  jobsPerProcess: isFromOne,
  idleProcesses: isCount,
  maxJobs: isFromOne,
  loadThreshold: isShare,
  load: isFunction,
  initializeTimeoutMs: isWait,
  shutdownTimeoutMs: isWait,
  drainTimeoutMs: isTime,
  memoryWarnMb: isMegabytes,
  memoryLimitMb: isMegabytes,
  onJobFailed: oneOf('redispatch', 'end-room', 'leave'),
  execArgv: isTexts,
  logger: isLogger,
  clock: isObject,
};

const mostIdle = 4;

/**
 * @param cores Of the machine, or of what the container has of it.
 * @throws {TypeError} An option is missing, unknown, or is not what it can be: names it.
 */
export function settleWorkerOptions(options: WorkerOptions, cores: number): SettledWorkerOptions {
  checkGiven('Worker', options, checks);
  const { agent, dispatcher, isolation, port, loadThreshold, memoryWarnMb } = options;
  for (const [name, value] of Object.entries({ agent, dispatcher }))
    if (value === undefined || value === null) throw new TypeError(`Worker: option "${name}" is missing`);
  const isDevelopment = options.development === true;
  const clock = options.clock ?? realClock;
  return {
    agent: settleAgent(agent, isolation ?? 'process'),
    dispatcher,
    request: options.request ?? undefined,
    host: options.host ?? (isDevelopment ? '127.0.0.1' : '0.0.0.0'),
    port: port === undefined ? (isDevelopment ? 0 : 8081) : (port ?? undefined),
    isolation: isolation ?? 'process',
    jobsPerProcess: options.jobsPerProcess ?? 1,
    idleProcesses: options.idleProcesses ?? (isDevelopment ? 0 : Math.min(cores, mostIdle)),
    maxJobs: options.maxJobs ?? Infinity,
    loadThreshold: loadThreshold === undefined && !isDevelopment ? 0.7 : (loadThreshold ?? Infinity),
    load: options.load ?? undefined,
    initializeTimeoutMs: options.initializeTimeoutMs ?? 10_000,
    shutdownTimeoutMs: options.shutdownTimeoutMs ?? 60_000,
    drainTimeoutMs: options.drainTimeoutMs ?? 3_600_000,
    memoryWarnMb: memoryWarnMb === undefined ? 1000 : (memoryWarnMb ?? Infinity),
    memoryLimitMb: options.memoryLimitMb ?? Infinity,
    onJobFailed: options.onJobFailed ?? 'redispatch',
    execArgv: options.execArgv ?? [],
    logger: quietLogger(options.logger ?? createJsonLogger({ clock, level: 'info' })),
    clock,
  };
}

function settleAgent(agent: WorkerOptions['agent'], isolation: 'process' | 'inline'): string | AnyAgent {
  if (isAgentDefinition(agent)) {
    if (isolation === 'inline') return agent;
    throw new TypeError(
      'Worker: option "agent" is an agent, which cannot travel to another process; give the path of its module, or isolation: "inline"',
    );
  }
  const url = agent instanceof URL || agent.startsWith('file:') ? new URL(agent) : pathToFileURL(resolve(agent));
  if (url.protocol !== 'file:') throw new TypeError(`Worker: option "agent" is a URL of ${url.protocol}//; it must be a file:`);
  return url.href;
}

/** @throws {WorkerError} code `agent`: there is no such file. */
export function checkAgentFile(agent: string | AnyAgent): void {
  if (typeof agent !== 'string') return;
  const path = fileURLToPath(agent);
  if (!existsSync(path)) throw new WorkerError('agent', `the agent's module ${path} is not there: look at the option "agent"`);
}
