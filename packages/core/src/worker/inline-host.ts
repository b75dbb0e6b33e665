import type { Clock } from '../provider/clock.js';
import type { Logger } from '../provider/logger.js';
import { withDeadline } from '../stream/deadline.js';
import { createDeferred, type Deferred } from '../stream/deferred.js';
import { holdClock } from '../time/hold-clock.js';
import type { AnyAgent } from './define-agent.js';
import { errorStack, errorText } from './error-text.js';
import type { HostStatus, JobHost } from './job-host.js';
import type { JobEnd, JobOrder } from './job-order.js';
import { JobRunner } from './job-runner.js';
import { loadAgent } from './load-module.js';

export interface InlineHostOptions {
  /** URL of its module, or the agent itself. */
  readonly agent: string | AnyAgent;
  readonly initializeTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs jobs in the worker's own process, for development and tests: nothing protects one from another, or the worker from them. */
export class InlineHost implements JobHost {
  readonly #options: InlineHostOptions;
  readonly #runner: JobRunner;
  #ready: Promise<string | undefined> | undefined;
  #fault: string | undefined;
  readonly #jobs = new Set<Deferred<JobEnd>>();

  constructor(options: InlineHostOptions) {
    this.#options = options;
    this.#runner = new JobRunner(options);
  }

  get status(): HostStatus {
    return {
      isAble: this.#fault === undefined,
      processes: { starting: 0, idle: this.#jobs.size === 0 ? 1 : 0, busy: this.#jobs.size === 0 ? 0 : 1, closing: 0 },
      usedMb: 0,
      failedStarts: this.#fault === undefined ? 0 : 1,
    };
  }

  start(): void {
    this.#ready ??= this.#initialize();
  }

  async run(order: JobOrder, onRunning: () => void): Promise<JobEnd> {
    this.start();
    const fault = await this.#ready;
    if (fault !== undefined) return { outcome: 'failed', reason: 'the agent could not be prepared' };
    const ended = createDeferred<JobEnd>();
    this.#jobs.add(ended);
    onRunning();
    void this.#runner.run(order).then(ended.resolve);
    const end = await ended.promise;
    this.#jobs.delete(ended);
    return end;
  }

  terminate(jobId: string): void {
    this.#runner.terminate(jobId);
  }

  async close(reason: string): Promise<void> {
    const { clock, logger, shutdownTimeoutMs } = this.#options;
    const onTimeout = () => new Error(`they took more than ${shutdownTimeoutMs} ms`);
    await withDeadline(this.#runner.shutdown(reason), { clock, timeoutMs: shutdownTimeoutMs, onTimeout }).catch((error: unknown) => {
      logger.log('error', 'jobs are left behind: in this process they cannot be killed', {
        jobs: this.#jobs.size,
        error: errorText(error),
      });
      for (const ended of this.#jobs) ended.resolve({ outcome: 'failed', reason: 'it did not end in time at the shutdown' });
    });
  }

  /** Why it failed, if it did. */
  async #initialize(): Promise<string | undefined> {
    const { agent, clock, initializeTimeoutMs, logger } = this.#options;
    const onTimeout = () => new Error(`it was not ready within ${initializeTimeoutMs} ms`);
    const prepare = async () => this.#runner.initialize(typeof agent === 'string' ? await holdClock(clock, () => loadAgent(agent)) : agent);
    try {
      await withDeadline(prepare(), { clock, timeoutMs: initializeTimeoutMs, onTimeout });
    } catch (error) {
      this.#fault = errorText(error);
      logger.log('error', 'the agent could not be prepared', { error: errorStack(error) });
    }
    return this.#fault;
  }
}
