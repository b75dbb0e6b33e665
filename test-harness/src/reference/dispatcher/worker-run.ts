import {
  APIConnectionError,
  APIError,
  APITimeoutError,
  type Dispatcher,
  type DispatcherEvent,
  type JobAssignment,
  type JobDescription,
  type JsonObject,
} from '@parley/core/provider';
import { AbortError, Channel, createDeferred, type Deferred } from '@parley/core/provider-kit';
import type { MemoryJobServer, WorkerLine } from './memory-job-server.js';

type Worker = Parameters<Dispatcher['run']>[0];
type Offer = Extract<DispatcherEvent, { readonly type: 'offer' }>;

/** An offer lives so long at the server; what has to travel is taken off. */
const offerMs = 2500;
/** From acceptance to the assignment. */
const assignmentMs = 7500;
const loadMs = 2500;
const firstRetryMs = 500;
const longestRetryMs = 10_000;
const provider = 'reference';
/** Nobody joins the calls of a server in memory. */
const noTransport = 'file:///no-transport.mjs';
const cannot = (what: string): Promise<never> =>
  Promise.reject(new APIError(`a server in memory cannot ${what}`, { kind: 'unsupported', provider, retryable: false }));

/** One worker, registered and kept so until it ends. */
export class WorkerRun {
  readonly events = new Channel<DispatcherEvent>({ capacity: 1000 });
  readonly #server: MemoryJobServer;
  readonly #worker: Worker;
  /** Offers not answered yet, and those whose assignment is awaited: how to fail them. */
  readonly #open = new Set<(error: Error) => void>();
  readonly #awaited = new Map<string, Deferred<JsonObject>>();
  #line: WorkerLine | undefined;
  #cancel = () => {};
  #failures = 0;
  #isOver = false;

  constructor(server: MemoryJobServer, worker: Worker) {
    this.#server = server;
    this.#worker = worker;
  }

  start(): void {
    try {
      this.#line = this.#server.connect({
        offered: (job) => void this.events.push(this.#offer(job)),
        assigned: (jobId, connection) => this.#awaited.get(jobId)?.resolve(connection),
        terminated: (jobId) => void this.events.push({ type: 'terminate', jobId }),
        babbled: () => this.#worker.logger.log('debug', 'a message of the server was not understood, and ignored'),
        lost: () => this.#onLost(),
      });
    } catch {
      return this.#retry();
    }
    this.#failures = 0;
    void this.events.push({ type: 'registered', workerId: this.#line.workerId });
    this.#tellLoad(this.#line);
  }

  end(): void {
    this.#isOver = true;
    this.#cancel();
    this.#fail(new AbortError('the worker has ended'));
    this.#line?.close();
    this.#line = undefined;
    this.events.cancel();
  }

  #tellLoad(line: WorkerLine): void {
    line.tellLoad(this.#worker.load());
    this.#cancel = this.#worker.clock.after(loadMs, () => this.#tellLoad(line));
  }

  #onLost(): void {
    this.#line = undefined;
    this.#cancel();
    this.#fail(new APIConnectionError('the connection to the server was lost', { provider }));
    this.#retry();
  }

  #retry(): void {
    const retryInMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    void this.events.push({ type: 'disconnected', retryInMs });
    this.#cancel = this.#worker.clock.after(retryInMs, () => this.start());
  }

  #fail(error: Error): void {
    for (const fail of this.#open) fail(error);
    this.#open.clear();
  }

  #offer(job: JobDescription): Offer {
    const { clock } = this.#worker;
    const deadlineMs = clock.now() + offerMs;
    const line = this.#line;
    let state: 'open' | 'answered' | Error = 'open';
    const fail = (error: Error) => {
      state = error;
    };
    this.#open.add(fail);
    /** @throws {APIError} It cannot be answered any more. */
    const answer = () => {
      this.#open.delete(fail);
      if (state === 'answered')
        throw new APIError(`the offer of job ${job.id} was answered already`, { kind: 'invalid-request', provider, retryable: false });
      if (state !== 'open') throw state;
      state = 'answered';
      if (clock.now() >= deadlineMs)
        throw new APITimeoutError(`the offer of job ${job.id} was answered too late`, { provider, retryable: false });
    };
    return {
      type: 'offer',
      job,
      deadlineMs,
      accept: async (as) => {
        answer();
        const assigned = this.#assignment(job);
        line?.answer(job.id, { type: 'accepted', ...as });
        return assigned;
      },
      reject: ({ final = false } = {}) => {
        // Whoever says no to what is gone says nothing.
        if (state !== 'open' || clock.now() >= deadlineMs) return;
        answer();
        line?.answer(job.id, { type: 'rejected', final });
      },
    };
  }

  async #assignment(job: JobDescription): Promise<JobAssignment> {
    const { clock } = this.#worker;
    const awaited = createDeferred<JsonObject>();
    const fail = (error: Error) => awaited.reject(error);
    this.#open.add(fail);
    this.#awaited.set(job.id, awaited);
    const cancel = clock.after(assignmentMs, () =>
      fail(new APITimeoutError(`job ${job.id} was accepted and not assigned within ${assignmentMs} ms`, { provider, retryable: false })),
    );
    try {
      const connection = await awaited.promise;
      return {
        job,
        connection,
        transport: noTransport,
        report: (status, error) => this.#report(job.id, { status, error }),
        redispatch: () => cannot('offer a job once more'),
        endRoom: () => cannot('end a call'),
      };
    } finally {
      cancel();
      this.#open.delete(fail);
      this.#awaited.delete(job.id);
    }
  }

  #report(
    jobId: string,
    { status, error }: { readonly status: 'running' | 'succeeded' | 'failed'; readonly error: string | undefined },
  ): void {
    if (this.#isOver) return;
    this.#line?.report({ jobId, status, ...(error === undefined ? {} : { error }) });
  }
}
