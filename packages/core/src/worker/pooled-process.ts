import type { Clock } from '../provider/clock.js';
import type { Logger } from '../provider/logger.js';
import { createDeferred, type Deferred } from '../stream/deferred.js';
import { firstHeartbeat, type HeartbeatEvent, nextHeartbeat, pingIntervalMs, slowAnswerMs } from './heartbeat.js';
import type { JobEnd, JobOrder } from './job-order.js';
import { firstMemoryState, type MemoryLimits, nextMemory } from './memory-limit.js';
import type { PooledState } from './plan-pool.js';
import { exitText, type ProcessChannel, type ProcessExit, type StartProcess } from './process-channel.js';
import { type ChildMessage, readChildMessage } from './process-message.js';

export interface PooledProcessOptions {
  readonly startProcess: StartProcess;
  /** URL of the agent's module. */
  readonly agent: string;
  /** URL of the module that will join its calls, where it is known before there is one. */
  readonly transport?: string | undefined;
  readonly initializeTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly memory: MemoryLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface PooledProcessListener {
  /** Its state or its jobs are others now. */
  readonly onChange: () => void;
  /** It ended before it could take a job. */
  readonly onStartFailed: (reason: string) => void;
}

interface HeldJob {
  readonly onRunning: () => void;
  readonly ended: Deferred<JobEnd>;
}

/** A job process, as its worker sees it: from its start until it is gone. */
export class PooledProcess {
  readonly #options: PooledProcessOptions;
  readonly #listener: PooledProcessListener;
  readonly #channel: ProcessChannel;
  readonly #jobs = new Map<string, HeldJob>();
  readonly #gone = createDeferred<void>();
  readonly #timers = new Map<'limit' | 'ping' | 'slow', () => void>();
  #state: PooledState['state'] = 'starting';
  #served = 0;
  #usedMb = 0;
  #heartbeat = firstHeartbeat;
  /** It was silent for too long when it was last looked at. */
  #isSuspected = false;
  #memory = firstMemoryState;
  #isGone = false;
  /** Why all of its jobs have failed, whatever they say themselves. */
  #fault: string | undefined;

  constructor(options: PooledProcessOptions, listener: PooledProcessListener) {
    this.#options = options;
    this.#listener = listener;
    this.#channel = options.startProcess({
      onMessage: (value) => this.#onMessage(value),
      onExit: (exit) => this.#onExit(exit),
    });
    const { agent, transport, initializeTimeoutMs, shutdownTimeoutMs } = options;
    this.#channel.send({ type: 'initialize', agent, ...(transport === undefined ? {} : { transport }), shutdownTimeoutMs });
    this.#after('limit', initializeTimeoutMs, () => {
      this.#fault = `it was not ready within ${initializeTimeoutMs} ms: loading the agent's module, initializeProcess and prewarm take too long`;
      this.#channel.kill();
    });
  }

  get pid(): number | undefined {
    return this.#channel.pid;
  }

  get state(): PooledState['state'] {
    return this.#state;
  }

  /** Jobs it has now. */
  get jobs(): number {
    return this.#jobs.size;
  }

  /** Jobs it was ever given. */
  get served(): number {
    return this.#served;
  }

  get usedMb(): number {
    return this.#usedMb;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Settles once it is no more. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  has(jobId: string): boolean {
    return this.#jobs.has(jobId);
  }

  run(order: JobOrder, job: HeldJob): void {
    this.#served += 1;
    this.#jobs.set(order.info.id, job);
    this.#channel.send({ type: 'start-job', order });
  }

  terminate(jobId: string): void {
    this.#channel.send({ type: 'terminate-job', jobId });
  }

  /** Ends its jobs in order, then itself; what takes longer than `shutdownTimeoutMs` is killed. */
  shutdown(reason: string): void {
    if (this.#state === 'closing') return;
    const wasStarting = this.#state === 'starting';
    this.#state = 'closing';
    const { shutdownTimeoutMs } = this.#options;
    // One that is not ready yet has nothing to end in order, and may be busy for long.
    if (wasStarting) return this.#channel.kill();
    this.#channel.send({ type: 'shutdown', reason });
    this.#after('limit', shutdownTimeoutMs, () => {
      this.#log('error', `the job process has not ended within ${shutdownTimeoutMs} ms, and is killed`, {
        reason,
        jobs: [...this.#jobs.keys()],
      });
      this.#fault ??= 'its process had to be killed at the shutdown';
      this.#channel.kill();
    });
  }

  #onMessage(value: unknown): void {
    const message = readChildMessage(value);
    if (message === undefined) return this.#log('warn', 'a message of a job process was not understood, and ignored');
    this.#take(message);
  }

  #take(message: ChildMessage): void {
    switch (message.type) {
      case 'initialized':
        return this.#onReady();
      case 'initialize-failed':
        this.#fault = message.error;
        return;
      case 'pong':
        return this.#onPong(message.usedMb);
      case 'job-running':
        return this.#jobs.get(message.jobId)?.onRunning();
      case 'job-ended':
        return this.#endJob(message.jobId, message.end);
      case 'log':
        return this.#log(message.level, message.message, message.fields);
      default:
        return message satisfies never;
    }
  }

  #onReady(): void {
    if (this.#state !== 'starting') return;
    this.#state = 'ready';
    this.#cancel('limit');
    this.#ping();
    this.#listener.onChange();
  }

  #ping(): void {
    this.#beat('looked-at');
    if (this.#isGone) return;
    this.#beat('asked');
    this.#channel.send({ type: 'ping' });
    this.#after('slow', slowAnswerMs, () => this.#beat('looked-at'));
    this.#after('ping', pingIntervalMs, () => this.#ping());
  }

  #beat(type: HeartbeatEvent['type']): void {
    const { state, verdict } = nextHeartbeat(this.#heartbeat, { type, atMs: this.#options.clock.now() });
    this.#heartbeat = state;
    if (type === 'answered') this.#isSuspected = false;
    if (verdict.type === 'none') return;
    const silentForMs = Math.round(verdict.silentForMs);
    const jobs = [...this.#jobs.keys()];
    if (verdict.type === 'recovered') return this.#log('warn', `a job process answers again after ${silentForMs} ms`, { jobs });
    if (verdict.type === 'slow')
      return this.#log('warn', `a job process has not answered for ${silentForMs} ms: something blocks its event loop`, { jobs });
    // Its answers may be there: if this process was itself blocked they are read after the timer that looks. The next look decides.
    if (this.#isSuspected) {
      this.#fault = `its process did not answer for ${silentForMs} ms`;
      this.#channel.kill();
    }
    this.#isSuspected = true;
  }

  #onPong(usedMb: number): void {
    this.#beat('answered');
    this.#usedMb = usedMb;
    const { clock, memory } = this.#options;
    const { state, verdict } = nextMemory(this.#memory, { usedMb, atMs: clock.now(), limits: memory });
    this.#memory = state;
    if (verdict === 'warn')
      this.#log('warn', `a job process uses ${usedMb} MB of memory`, { usedMb, warnMb: memory.warnMb, jobs: [...this.#jobs.keys()] });
    if (verdict === 'over' && this.#state !== 'closing') {
      this.#log('error', `a job process uses ${usedMb} MB of memory, more than its limit of ${memory.limitMb} MB: its jobs are ended`, {
        jobs: [...this.#jobs.keys()],
      });
      this.#fault = `its process used ${usedMb} MB of memory, more than its limit of ${memory.limitMb} MB`;
      this.shutdown('the process uses too much memory');
      this.#listener.onChange();
    }
  }

  #endJob(jobId: string, end: JobEnd): void {
    const job = this.#jobs.get(jobId);
    if (job === undefined) return;
    this.#jobs.delete(jobId);
    job.ended.resolve(this.#fault === undefined ? end : { outcome: 'failed', reason: this.#fault });
    this.#listener.onChange();
  }

  #onExit(exit: ProcessExit): void {
    this.#isGone = true;
    for (const name of this.#timers.keys()) this.#cancel(name);
    const state = this.#state;
    this.#state = 'closing';
    const how = exitText(exit);
    const fault = this.#fault;
    if (state === 'ready') this.#log('error', `a job process ended: ${fault ?? how}`, { exit: how, jobs: [...this.#jobs.keys()] });
    const ends = [...this.#jobs.keys()];
    for (const jobId of ends) this.#endJob(jobId, { outcome: 'failed', reason: `its process ended (${how})` });
    this.#gone.resolve();
    if (state === 'starting') this.#listener.onStartFailed(fault ?? how);
    this.#listener.onChange();
  }

  #log(...[level, message, fields]: Parameters<Logger['log']>): void {
    this.#options.logger.log(level, message, { ...(this.pid === undefined ? {} : { pid: this.pid }), ...fields });
  }

  #after(name: 'limit' | 'ping' | 'slow', delayMs: number, callback: () => void): void {
    this.#cancel(name);
    this.#timers.set(name, this.#options.clock.after(delayMs, callback));
  }

  #cancel(name: 'limit' | 'ping' | 'slow'): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}
