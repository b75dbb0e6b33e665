import type { DispatcherEvent } from '../provider/dispatcher.js';
import { withDeadline } from '../stream/deadline.js';
import { linkSignals } from '../stream/linked-signal.js';
import { expectedLoad, type Refusal, refusal } from './admission.js';
import { type CpuMeter, cpuCores, startCpuMeter } from './cpu-meter.js';
import { createJobHost } from './create-job-host.js';
import { errorText } from './error-text.js';
import { healthAnswer } from './health-answer.js';
import { type HealthServer, startHealthServer } from './health-server.js';
import { JobDesk } from './job-desk.js';
import type { JobHost } from './job-host.js';
import { Slots } from './slots.js';
import { WorkerError } from './worker-error.js';
import { checkAgentFile, type SettledWorkerOptions, settleWorkerOptions, type WorkerOptions } from './worker-options.js';
import type { WorkerState, WorkerStatus } from './worker-status.js';

/**
 * Takes jobs from a dispatcher and runs each in a process of its own, or several in one.
 *
 * ```ts
 * const worker = new Worker({ agent: new URL('./agent.js', import.meta.url), dispatcher });
 * process.once('SIGTERM', () => void worker.drain());
 * await worker.run();
 * ```
 */
export class Worker {
  readonly #settings: SettledWorkerOptions;
  readonly #host: JobHost;
  readonly #desk: JobDesk;
  readonly #slots = new Slots();
  readonly #link = linkSignals();
  #state: WorkerState = 'new';
  #workerId: string | undefined;
  #meter: CpuMeter | undefined;
  #health: HealthServer | undefined;
  #closing: Promise<void> | undefined;
  #isLoadFaultTold = false;

  /**
   * @throws {TypeError} An option is missing, unknown, or is not what it can be: names it.
   * @throws {WorkerError} code `agent`: its module is not there, or is TypeScript and there is no tsx.
   */
  constructor(options: WorkerOptions) {
    const cores = cpuCores();
    this.#settings = settleWorkerOptions(options, cores);
    checkAgentFile(this.#settings.agent);
    this.#host = createJobHost(this.#settings, cores);
    this.#desk = new JobDesk({
      settings: this.#settings,
      host: this.#host,
      slots: this.#slots,
      workerId: () => this.#workerId,
      refusal: () => this.#refusal,
    });
  }

  /** Where the health server listens, while it does. */
  get healthPort(): number | undefined {
    return this.#health?.port;
  }

  get status(): WorkerStatus {
    const { isAble: _, processes, usedMb, failedStarts } = this.#host.status;
    const why = this.#refusal;
    return {
      state: this.#state,
      workerId: this.#workerId,
      isAccepting: why === undefined && this.#workerId !== undefined,
      refusal: why,
      activeJobs: this.#slots.size,
      load: this.#load,
      processes,
      processMemoryMb: usedMb,
      counts: { ...this.#desk.counts, processStartsFailed: failedStarts },
    };
  }

  /**
   * Takes jobs until the worker is drained or closed.
   *
   * @throws {WorkerError} code `port`: the health server cannot listen; `state`: it was run or closed before.
   * @throws What the dispatcher fails with, once the jobs that run were ended: it could not register.
   */
  async run(): Promise<void> {
    if (this.#state !== 'new') throw new WorkerError('state', `a worker is run once: this one is ${this.#state}`);
    this.#state = 'running';
    try {
      await this.#start();
      await this.#takeJobs();
    } finally {
      await this.close();
    }
  }

  /** Takes no further job, lets running calls finish within `drainTimeoutMs` (or so many ms as given), then closes. */
  async drain(options: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    const { clock, logger, drainTimeoutMs } = this.#settings;
    if (this.#state === 'running') {
      this.#state = 'draining';
      logger.log('info', 'the worker drains', { jobs: this.#slots.size });
      const timeoutMs = options.timeoutMs ?? drainTimeoutMs;
      const onTimeout = () => new Error(`${this.#slots.size} jobs are not over after ${timeoutMs} ms`);
      await withDeadline(this.#desk.settled(), { clock, timeoutMs, onTimeout }).catch((error: unknown) =>
        logger.log('warn', 'the worker has drained for as long as it may', { error: errorText(error) }),
      );
    } else if (this.#state === 'draining') await this.#desk.settled();
    await this.close();
  }

  /** Ends running jobs in order within `shutdownTimeoutMs`, then all else. Again it settles with the first time. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #start(): Promise<void> {
    const { host, port, clock, load } = this.#settings;
    if (load === undefined) this.#meter = startCpuMeter(clock);
    if (port === undefined) return this.#host.start();
    const health = await startHealthServer({ host, port, answer: (method, path) => healthAnswer(method, path, this.status) });
    this.#health = health;
    // It may have been closed meanwhile.
    if (this.#closing === undefined) this.#host.start();
    else await health.close();
  }

  async #takeJobs(): Promise<void> {
    const { dispatcher, clock, logger } = this.#settings;
    const { signal } = this.#link;
    if (signal.aborted) return;
    // Whether it is registered the dispatcher knows best, and sooner.
    const load = () => ({ load: this.#load, accepting: this.#refusal === undefined, jobs: this.#slots.size });
    for await (const event of dispatcher.run({ clock, logger, load, signal })) this.#onEvent(event);
    if (!signal.aborted) logger.log('warn', 'the dispatcher has ended: the worker closes');
  }

  #onEvent(event: DispatcherEvent): void {
    const { logger } = this.#settings;
    switch (event.type) {
      case 'registered':
        this.#workerId = event.workerId;
        return logger.log('info', 'the worker is registered', { workerId: event.workerId });
      case 'disconnected':
        this.#workerId = undefined;
        return logger.log(
          'warn',
          `the server is not reached; running calls go on, and it is tried again in ${event.retryInMs} ms`,
          event.reason === undefined ? {} : { reason: event.reason },
        );
      case 'offer':
        return this.#desk.take(event);
      case 'terminate':
        return this.#host.terminate(event.jobId);
      default:
        return event satisfies never;
    }
  }

  async #close(): Promise<void> {
    this.#state = 'closed';
    const { logger } = this.#settings;
    if (this.#slots.size > 0) logger.log('info', 'the worker closes', { jobs: this.#slots.size });
    await this.#host.close('the worker closes');
    // Their ends are reported while the dispatcher is still there.
    await this.#desk.settled();
    this.#link.abort();
    this.#meter?.[Symbol.dispose]();
    await this.#health?.close();
    this.#workerId = undefined;
  }

  get #refusal(): Refusal | undefined {
    const { maxJobs, loadThreshold } = this.#settings;
    return refusal({
      jobs: this.#slots.size,
      maxJobs,
      load: this.#load,
      loadThreshold,
      isDraining: this.#state !== 'running',
      isAble: this.#host.status.isAble,
    });
  }

  get #load(): number {
    const { load, loadThreshold } = this.#settings;
    const jobs = this.#slots.size;
    if (load !== undefined) return this.#askedLoad(load, jobs);
    // Servers give no job to a worker that tells a high load, be it accepting or not.
    if (this.#meter === undefined || loadThreshold === Infinity) return 0;
    const settledJobs = this.#slots.settledBefore(this.#meter.sinceMs);
    return expectedLoad({ measured: this.#meter.load, settledJobs, youngJobs: jobs - settledJobs });
  }

  #askedLoad(load: (state: { readonly jobs: number }) => number, jobs: number): number {
    try {
      const told = load({ jobs });
      if (told >= 0 && told <= 1) return told;
      throw new RangeError(`it returned ${String(told)}`);
    } catch (error) {
      if (!this.#isLoadFaultTold)
        this.#settings.logger.log('error', 'the option "load" must return a number from 0 to 1; until it does the load counts as 0', {
          error: errorText(error),
        });
      this.#isLoadFaultTold = true;
      return 0;
    }
  }
}
