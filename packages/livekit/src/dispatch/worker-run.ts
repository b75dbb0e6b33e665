import { randomInt } from 'node:crypto';
import { APIError, type Dispatcher, type DispatcherEvent, type JobAssignment, type JobDescription } from '@parley/core/provider';
import { Channel, holdClock } from '@parley/core/provider-kit';
import { AgentConnection } from './agent-connection.js';
import type { LiveKitDispatcherOptions, Registration } from './dispatcher-options.js';
import { HeldJobs } from './held-jobs.js';
import { JobOffers, type TakenJob } from './job-offers.js';
import { LoadTeller } from './load-teller.js';
import { retryDelayMs } from './retry-delay.js';
import { roomAdminGrant } from './room-admin-grant.js';
import { ServerApi } from './server-api.js';
import { provider, type ServerAccount } from './server-account.js';
import type { ServerEvent } from './server-message.js';
import { transportUrl } from './transport-url.js';
import type { JobReport, WorkerEvent } from './worker-message.js';

export type DispatchedWorker = Parameters<Dispatcher['run']>[0];

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
  readonly #events = new Channel<DispatcherEvent>({ capacity: mostWaiting });
  readonly #options: WorkerRunOptions;
  readonly #api: ServerApi;
  readonly #offers: JobOffers;
  readonly #held = new HeldJobs();
  readonly #load: LoadTeller;
  #connection: AgentConnection | undefined;
  #cancelRetry = () => {};
  #failures = 0;
  #wasRegistered = false;
  #isOver = false;

  constructor(options: WorkerRunOptions) {
    const { account, registration, worker } = options;
    this.#options = options;
    const { clock, logger, load } = worker;
    this.#api = new ServerApi(account, clock);
    this.#load = new LoadTeller({ clock, logger, load, send: (told) => this.#send({ type: 'load', load: told }) });
    this.#offers = new JobOffers({
      clock,
      agentName: registration.agentName,
      send: (event) => {
        this.#send(event);
        this.#load.check();
      },
      assignment: (taken) => this.#assignment(taken),
      remedies: (job) => this.#remedies(job),
    });
  }

  start(): void {
    void this.#connect();
  }

  /** The next event. Whoever asks for it has dealt with the last one, which may have changed what the worker can take. */
  next(): Promise<IteratorResult<DispatcherEvent, undefined>> {
    this.#load.check();
    return this.#events.next();
  }

  /** Settles when the server has seen the worker go. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#load.stop();
    this.#cancelRetry();
    this.#offers.ended();
    this.#events.cancel();
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
    this.#load.stop();
    this.#connection = undefined;
    this.#offers.lost();
    if (this.#isHopeless(reason)) {
      this.#isOver = true;
      return this.#events.fail(this.#final(reason));
    }
    const retryInMs = retryDelayMs(this.#failures, (options.random ?? machineChance)());
    this.#failures += 1;
    void this.#events.push({ type: 'disconnected', retryInMs, reason: reason.message });
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
        : `it was tried ${this.#failures === 0 ? 'once' : `${this.#failures + 1} times`}; check LIVEKIT_URL, and whether the server runs`;
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
        return void this.#events.push({ type: 'terminate', jobId: event.jobId });
      default:
        return event satisfies never;
    }
  }

  #registered({ workerId, serverVersion }: Extract<ServerEvent, { readonly type: 'registered' }>): void {
    const { worker, account } = this.#options;
    this.#failures = 0;
    this.#wasRegistered = true;
    worker.logger.log('info', 'registered at the LiveKit server', { workerId, url: account.address.shown, serverVersion });
    void this.#events.push({ type: 'registered', workerId });
    for (const event of this.#held.registered()) this.#send(event);
    this.#load.start();
  }

  #offered(job: JobDescription): void {
    if (this.#offers.has(job.id) || this.#held.has(job.id)) {
      return this.#options.worker.logger.log('warn', 'the LiveKit server offers a job that is here already; ignored', { jobId: job.id });
    }
    const offer = this.#offers.offered(job);
    // Nobody reads: the next worker is asked at once.
    if (this.#events.isFull) offer.reject();
    else void this.#events.push(offer);
  }

  /** Too late, or for somebody else. No agent will come, and the server is to know. */
  #assignedToNobody(jobId: string): void {
    if (this.#held.has(jobId) || jobId === '') return;
    this.#options.worker.logger.log('warn', 'the LiveKit server assigns a job for which nobody waits any more', { jobId });
    this.#send({ type: 'report', jobId, status: 'failed', error: 'the assignment came too late' });
  }

  async #assignment({ job, identity, url, token }: TakenJob): Promise<JobAssignment> {
    const { account } = this.#options;
    this.#held.add(job.id);
    const admin = await holdClock(this.#options.worker.clock, () => roomAdminGrant(job, account));
    return {
      job,
      connection: { url: url ?? account.address.roomUrl, token, ...(admin === undefined ? {} : { admin }) },
      transport: transportUrl(),
      report: (status, error) => this.#report(job.id, { status, error: error ?? '' }),
      ...this.#remedies(job, identity),
    };
  }

  #remedies(job: JobDescription, identity?: string): Pick<JobAssignment, 'redispatch' | 'endRoom'> {
    return { redispatch: () => this.#api.redispatch(job, identity), endRoom: () => this.#api.endRoom(job) };
  }

  #report(jobId: string, said: { readonly status: JobReport; readonly error: string }): void {
    if (this.#isOver) return;
    const isConnected = this.#connection?.isRegistered ?? false;
    for (const event of this.#held.report(jobId, said, isConnected)) this.#send(event);
    this.#load.check();
  }

  #send(event: WorkerEvent): void {
    this.#connection?.send(event);
  }
}
