import { APIConnectionError } from '../provider/api-error.js';
import type { Dispatcher, DispatcherEvent, JobAssignment, JobDescription } from '../provider/dispatcher.js';
import type { JsonObject } from '../provider/json.js';
import { Channel } from '../stream/channel.js';
import { createDeferred } from '../stream/deferred.js';
import { linkSignals } from '../stream/linked-signal.js';
import { sleep } from '../stream/sleep.js';

type Worker = Parameters<Dispatcher['run']>[0];
type Offer = Extract<DispatcherEvent, { readonly type: 'offer' }>;

/** A dispatcher in this process that does what a test says, with a note of what the worker does. Serves one worker. */
export interface ScriptedDispatcher extends Dispatcher {
  /** Offers a job, once a worker runs; what it answers, or `unanswered` once the deadline has passed. */
  offer(job: Partial<JobDescription> & { readonly id: string }, options?: ScriptedOffer): Promise<ScriptedAnswer>;
  terminate(jobId: string): void;
  /** The server is gone, until `register`. */
  disconnect(retryInMs: number): void;
  register(): void;
  /** `run` rejects with this. */
  fail(error: Error): void;
  /** Settles once a job was reported so. */
  reported(jobId: string, status: JobReport['status']): Promise<JobReport>;
  readonly reports: readonly JobReport[];
  /** Ids of jobs that were asked for once more. */
  readonly redispatched: readonly string[];
  /** Ids of jobs whose call was ended. */
  readonly endedRooms: readonly string[];
  /** As the worker tells it now; undefined while none runs. */
  readonly load: { readonly load: number; readonly accepting: boolean; readonly jobs: number } | undefined;
}

export interface JobReport {
  readonly jobId: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly error?: string;
}

export interface ScriptedOffer {
  /** From now on; 2,500 unless given, as LiveKit's server waits. */
  readonly deadlineInMs?: number;
  /** What the transport in the job's process is given. */
  readonly connection?: JsonObject;
  /** From the acceptance to the assignment: 0 unless given. Infinity: never. */
  readonly assignAfterMs?: number;
  /** What accepting it rejects with. */
  readonly notAssigned?: Error;
  /** What `redispatch` and `endRoom` take: 0 unless given. */
  readonly afterFailureMs?: number;
  /** What `redispatch` and `endRoom` reject with. */
  readonly cannot?: Error;
}

export type ScriptedAnswer =
  | { readonly type: 'accepted'; readonly as: Parameters<Offer['accept']>[0] }
  | { readonly type: 'rejected'; readonly final: boolean }
  | { readonly type: 'unanswered' };

/** @param options.transport URL of the module that joins calls, as in `JobAssignment`. */
export const createScriptedDispatcher = (options: { readonly transport: string; readonly workerId?: string }): ScriptedDispatcher =>
  new Script(options);

class Script implements ScriptedDispatcher {
  readonly reports: JobReport[] = [];
  readonly redispatched: string[] = [];
  readonly endedRooms: string[] = [];
  readonly #options: { readonly transport: string; readonly workerId?: string };
  readonly #events = new Channel<DispatcherEvent>({ capacity: 1000 });
  readonly #closed = linkSignals();
  readonly #waiting = new Set<() => void>();
  readonly #started = createDeferred<Worker>();
  #worker: Worker | undefined;

  constructor(options: { readonly transport: string; readonly workerId?: string }) {
    this.#options = options;
    this.register();
  }

  get load(): ReturnType<Worker['load']> | undefined {
    return this.#worker?.load();
  }

  run(worker: Worker): AsyncIterable<DispatcherEvent> {
    this.#worker = worker;
    this.#started.resolve(worker);
    const link = linkSignals(worker.signal, this.#closed);
    link.onAbort(() => {
      this.#worker = undefined;
      this.#events.cancel();
    });
    return this.#events;
  }

  async offer(job: Partial<JobDescription> & { readonly id: string }, options: ScriptedOffer = {}): Promise<ScriptedAnswer> {
    const { clock } = this.#worker ?? (await this.#started.promise);
    const { deadlineInMs = 2500 } = options;
    const answered = createDeferred<ScriptedAnswer>();
    const full: JobDescription = { type: 'room', agentName: '', metadata: '', roomName: `room-of-${job.id}`, ...job };
    const cancel = clock.after(deadlineInMs, () => answered.resolve({ type: 'unanswered' }));
    void this.#events.push({
      type: 'offer',
      job: full,
      deadlineMs: clock.now() + deadlineInMs,
      accept: (as) => {
        answered.resolve({ type: 'accepted', as });
        return this.#assign(full, options);
      },
      reject: ({ final = false } = {}) => answered.resolve({ type: 'rejected', final }),
      redispatch: () => this.#note(this.redispatched, full, options),
      endRoom: () => this.#note(this.endedRooms, full, options),
    });
    return answered.promise.finally(cancel);
  }

  terminate(jobId: string): void {
    void this.#events.push({ type: 'terminate', jobId });
  }

  disconnect(retryInMs: number): void {
    void this.#events.push({ type: 'disconnected', retryInMs });
  }

  register(): void {
    void this.#events.push({ type: 'registered', workerId: this.#options.workerId ?? 'worker-1' });
  }

  fail(error: Error): void {
    this.#events.fail(error);
  }

  async reported(jobId: string, status: JobReport['status']): Promise<JobReport> {
    for (;;) {
      const report = this.reports.find((one) => one.jobId === jobId && one.status === status);
      if (report !== undefined) return report;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
  }

  async #assign(job: JobDescription, options: ScriptedOffer): Promise<JobAssignment> {
    const { connection = {}, assignAfterMs = 0, notAssigned } = options;
    if (notAssigned !== undefined) throw notAssigned;
    const worker = this.#worker;
    if (worker === undefined) throw new APIConnectionError('the worker is not connected', { provider: 'scripted', retryable: false });
    if (assignAfterMs === Infinity) await new Promise<never>(() => {});
    if (assignAfterMs > 0) await sleep(assignAfterMs, { clock: worker.clock, signal: worker.signal });
    return {
      job,
      connection,
      transport: this.#options.transport,
      report: (status, error) => this.#report({ jobId: job.id, status, ...(error === undefined ? {} : { error }) }),
      redispatch: () => this.#note(this.redispatched, job, options),
      endRoom: () => this.#note(this.endedRooms, job, options),
    };
  }

  async #note(ids: string[], job: JobDescription, { afterFailureMs = 0, cannot }: ScriptedOffer): Promise<void> {
    const worker = this.#worker;
    if (afterFailureMs > 0 && worker !== undefined) await sleep(afterFailureMs, { clock: worker.clock, signal: worker.signal });
    if (cannot !== undefined) throw cannot;
    ids.push(job.id);
  }

  #report(report: JobReport): void {
    this.reports.push(report);
    for (const look of this.#waiting) look();
    this.#waiting.clear();
  }
}
