import type { Clock } from '../provider/clock.js';
import type { JobTransport } from '../provider/job-transport.js';
import type { Logger } from '../provider/logger.js';
import { holdClock } from '../time/hold-clock.js';
import type { AnyAgent } from './define-agent.js';
import { errorText } from './error-text.js';
import type { JobEnd, JobOrder } from './job-order.js';
import type { JobProcess } from './job-process.js';
import { JobRun } from './job-run.js';
import { loadTransport } from './load-module.js';

export interface JobRunnerOptions {
  readonly shutdownTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs the jobs of one process, a child's or the worker's own. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #userData: Record<string, unknown> = {};
  readonly #process: JobProcess = { pid: process.pid, userData: this.#userData };
  readonly #runs = new Map<string, JobRun>();
  readonly #transports = new Map<string, Promise<JobTransport>>();
  #agent: AnyAgent | undefined;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Prepares the process. Rejects with what the agent's functions fail with. */
  async initialize(agent: AnyAgent): Promise<void> {
    await agent.initializeProcess?.(this.#process);
    const left: unknown = await agent.prewarm?.(this.#process);
    if (typeof left === 'object' && left !== null) Object.assign(this.#userData, left);
    this.#agent = agent;
  }

  /** Loads what joins the calls before there is one. @throws {WorkerError} code `transport`: it cannot be loaded. */
  async loadTransport(url: string): Promise<void> {
    await this.#transport(url);
  }

  /** Starts a job; its end, which always comes. */
  async run(order: JobOrder): Promise<JobEnd> {
    if (this.#agent === undefined) return { outcome: 'failed', reason: 'the process was not initialized' };
    const run = new JobRun({
      ...this.#options,
      order,
      agent: this.#agent,
      process: this.#process,
      loadTransport: (url) => this.#transport(url),
    });
    this.#runs.set(order.info.id, run);
    run.start();
    const end = await run.ended;
    this.#runs.delete(order.info.id);
    return end;
  }

  terminate(jobId: string): void {
    this.#runs.get(jobId)?.terminate();
  }

  /** The worker is gone: see `JobRun`. Never rejects. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.abandon()));
  }

  /** Ends all jobs in order, and frees what the process holds. No limit of time: whoever asks has one. Never rejects. */
  async shutdown(reason: string): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const run of runs) run.shutdown(reason, Infinity);
    await Promise.all(runs.map((run) => run.ended));
    const transports = [...this.#transports.values()];
    this.#transports.clear();
    for (const transport of transports) {
      await transport.then(
        (loaded) => this.#dispose(loaded),
        () => {},
      );
    }
  }

  async #dispose(transport: JobTransport): Promise<void> {
    await transport
      .dispose()
      .catch((error: unknown) => this.#options.logger.log('warn', 'the transport could not be closed', { error: errorText(error) }));
  }

  #transport(url: string): Promise<JobTransport> {
    const known = this.#transports.get(url) ?? holdClock(this.#options.clock, () => loadTransport(url));
    this.#transports.set(url, known);
    return known;
  }
}
