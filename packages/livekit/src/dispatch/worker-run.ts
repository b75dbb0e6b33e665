import { randomInt } from 'node:crypto';
import { APIError, type Dispatcher, type DispatcherEvent, type JobAssignment, type JobDescription } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import { AgentConnection } from './agent-connection.js';
import type { LiveKitDispatcherOptions, Registration } from './dispatcher-options.js';
import { HeldJobs } from './held-jobs.js';
import { type Assigned, JobOffers } from './job-offers.js';
import { retryDelayMs } from './retry-delay.js';
import { ServerApi } from './server-api.js';
import { provider, type ServerAccount } from './server-account.js';
import type { ServerEvent } from './server-message.js';
import { transportUrl } from './transport-url.js';
import type { JobReport, WorkerEvent } from './worker-message.js';

export type DispatchedWorker = Parameters<Dispatcher['run']>[0];

/** The server takes a worker's load for what it was told last. The reference workers tell it as often. */
const loadEveryMs = 2500;
/** Events that the worker has not read yet; with as many, offers are declined for it. */
const mostWaiting = 1000;
const attemptsByDefault = 3;
const machineChance = (): number => randomInt(1_000_000) / 1_000_000;

export interface WorkerRunOptions {
  readonly account: ServerAccount;
  readonly registration: Registration;
  readonly worker: DispatchedWorker;
  readonly options: Pick<LiveKitDispatcherOptions, 'maxRetry' | 'random'>;
}

/** One worker, registered and kept so until it ends. */
export class WorkerRun {
  readonly events = new Channel<DispatcherEvent>({ capacity: mostWaiting });
  readonly #options: WorkerRunOptions;
  readonly #api: ServerApi;
  readonly #offers: JobOffers;
  readonly #held = new HeldJobs();
  #connection: AgentConnection | undefined;
  #cancelLoad = () => {};
  #cancelRetry = () => {};
  #failures = 0;
  #wasRegistered = false;
  #isOver = false;

  constructor(options: WorkerRunOptions) {
    const { account, registration, worker } = options;
    this.#options = options;
    this.#api = new ServerApi(account, worker.clock);
    this.#offers = new JobOffers({
      clock: worker.clock,
      agentName: registration.agentName,
      send: (event) => this.#send(event),
      assignment: (job, assigned) => this.#assignment(job, assigned),
    });
  }

  start(): void {
    void this.#connect();
  }

  /** Settles when the server has seen the worker go. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelLoad();
    this.#cancelRetry();
    this.#offers.ended();
    this.events.cancel();
    await this.#connection?.close();
  }

  /** Never rejects. */
  async #connect(): Promise<void> {
    const { account, registration, worker } = this.#options;
    const connection = new AgentConnection({
      account,
      clock: worker.clock,
      logger: worker.logger,
      registration: { type: 'register', registration },
      onEvent: (event) => this.#heard(event),
    });
    this.#connection = connection;
    const reason = await connection.run();
    if (!this.#isOver) this.#lost(reason);
  }

  #lost(reason: APIError): void {
    const { worker, options } = this.#options;
    this.#cancelLoad();
    this.#connection = undefined;
    this.#offers.lost();
    if (this.#isHopeless(reason)) {
      this.#isOver = true;
      return this.events.fail(this.#final(reason));
    }
    const retryInMs = retryDelayMs(this.#failures, (options.random ?? machineChance)());
    this.#failures += 1;
    worker.logger.log('warn', 'not connected to the LiveKit server', { reason: reason.message, retryInMs: Math.round(retryInMs) });
    void this.events.push({ type: 'disconnected', retryInMs });
    this.#cancelRetry = worker.clock.after(retryInMs, () => this.start());
  }

  /** Once it was registered, a worker has calls to go on with, and waits for the server for as long as it takes. */
  #isHopeless(reason: APIError): boolean {
    const attempts = this.#options.options.maxRetry ?? attemptsByDefault;
    return !this.#wasRegistered && (reason.kind === 'authentication' || this.#failures + 1 >= attempts);
  }

  #final(reason: APIError): APIError {
    const { shown } = this.#options.account.address;
    const { kind, status } = reason;
    const advice =
      kind === 'authentication'
        ? 'check LIVEKIT_API_KEY and LIVEKIT_API_SECRET'
        : `it was tried ${this.#failures + 1} times; check LIVEKIT_URL, and whether the server runs`;
    const told = reason.message.replace(`${provider}: `, '');
    const message = `the worker could not register at ${shown}: ${told}; ${advice}`;
    return new APIError(message, { kind, provider, retryable: false, ...(status === undefined ? {} : { status }) });
  }

  #heard(event: ServerEvent): void {
    switch (event.type) {
      case 'registered':
        return this.#registered(event);
      case 'offer':
        return this.#offered(event.job);
      case 'assignment':
        if (!this.#offers.assigned(event.jobId, event)) this.#assignedToNobody(event.jobId);
        return;
      case 'termination':
        this.#offers.terminated(event.jobId);
        return void this.events.push({ type: 'terminate', jobId: event.jobId });
      default:
        return event satisfies never;
    }
  }

  #registered({ workerId, serverVersion }: Extract<ServerEvent, { readonly type: 'registered' }>): void {
    const { worker, account } = this.#options;
    this.#failures = 0;
    this.#wasRegistered = true;
    worker.logger.log('info', 'registered at the LiveKit server', { workerId, url: account.address.shown, serverVersion });
    void this.events.push({ type: 'registered', workerId });
    for (const event of this.#held.registered()) this.#send(event);
    this.#tellLoad();
  }

  #tellLoad(): void {
    const { clock, logger, load } = this.#options.worker;
    this.#cancelLoad();
    try {
      this.#send({ type: 'load', load: load() });
    } catch (error) {
      logger.log('error', 'the load of the worker cannot be told: its function threw', { error: String(error) });
    }
    this.#cancelLoad = clock.after(loadEveryMs, () => this.#tellLoad());
  }

  #offered(job: JobDescription): void {
    if (this.#offers.has(job.id) || this.#held.has(job.id)) {
      return this.#options.worker.logger.log('warn', 'the LiveKit server offers a job that is here already; ignored', { jobId: job.id });
    }
    const offer = this.#offers.offered(job);
    // Nobody reads: the next worker is asked at once.
    if (this.events.isFull) offer.reject();
    else void this.events.push(offer);
  }

  /** Too late, or for somebody else. No agent will come, and the server is to know. */
  #assignedToNobody(jobId: string): void {
    if (this.#held.has(jobId) || jobId === '') return;
    this.#options.worker.logger.log('warn', 'the LiveKit server assigns a job for which nobody waits any more', { jobId });
    this.#send({ type: 'report', jobId, status: 'failed', error: 'the assignment came too late' });
  }

  #assignment(job: JobDescription, { url, token }: Assigned): JobAssignment {
    this.#held.add(job.id);
    return {
      job,
      connection: { url: url ?? this.#options.account.address.roomUrl, token },
      transport: transportUrl(),
      report: (status, error) => this.#report(job.id, { status, error: error ?? '' }),
      redispatch: () => this.#api.redispatch(job),
      endRoom: () => this.#api.endRoom(job),
    };
  }

  #report(jobId: string, said: { readonly status: JobReport; readonly error: string }): void {
    if (this.#isOver) return;
    const isConnected = this.#connection?.isRegistered ?? false;
    for (const event of this.#held.report(jobId, said, isConnected)) this.#send(event);
  }

  #send(event: WorkerEvent): void {
    this.#connection?.send(event);
  }
}
