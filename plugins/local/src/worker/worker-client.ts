import { Worker } from 'node:worker_threads';
import { APIConnectionError, APIError } from '@parley/core/provider';

/** What a worker of ours posts back: one for each request, with the request's number. */
type WorkerReply<Reply> =
  | { readonly id: number; readonly result: Reply }
  /** What was asked can never work. A fault of the engine ends the worker instead. */
  | { readonly id: number; readonly error: { readonly message: string } };

interface Ask<Request, Reply> {
  readonly id: number;
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

export interface WorkerClientOptions {
  /** The built or plain JavaScript file: on Node 20 a worker cannot start from TypeScript. */
  readonly url: URL;
  /** For messages and for the thread's name. */
  readonly name: string;
  /** Requests that the worker may hold at a time; further ones wait here, where an abort can still take them back. */
  readonly maxInFlight: number;
}

/** A claim on the worker: it lives as long as one is held. Giving back the last one waits for its end. */
export interface WorkerLease<Request, Reply> extends AsyncDisposable {
  /**
   * One request, one reply. The process stays alive while a reply is due.
   *
   * @throws {APIConnectionError} The worker ended before it replied, or the lease was given back. The next request starts a new worker.
   * @throws {APIError} kind `invalid-request`, as the worker says.
   * @throws The signal's reason, once it fires; the reply is then dropped.
   */
  ask(request: Request, signal: AbortSignal): Promise<Reply>;
  /** A word that is not answered. Nothing happens if no worker runs. */
  tell(request: Request): void;
  /** How often the worker has ended so far: what it knew of a call before is gone when this changes. */
  readonly ends: number;
}

/**
 * A worker thread shared by all instances of a process: started with the first request, ended with the last lease. An idle worker does
 * not keep the process alive.
 */
export class WorkerClient<Request, Reply> {
  readonly #options: WorkerClientOptions;
  readonly #leases = new Set<object>();
  readonly #inFlight = new Map<number, Ask<Request, Reply>>();
  #waiting: Ask<Request, Reply>[] = [];
  #worker: Worker | undefined;
  #nextId = 0;
  #ends = 0;

  constructor(options: WorkerClientOptions) {
    this.#options = options;
  }

  lease(): WorkerLease<Request, Reply> {
    const ends = () => this.#ends;
    const lease = {
      get ends() {
        return ends();
      },
      ask: (request: Request, signal: AbortSignal) => this.#ask(lease, request, signal),
      tell: (request: Request) => this.#worker?.postMessage({ request }),
      [Symbol.asyncDispose]: () => this.#release(lease),
    };
    this.#leases.add(lease);
    return lease;
  }

  #ask(lease: object, request: Request, signal: AbortSignal): Promise<Reply> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (!this.#leases.has(lease)) return Promise.reject(this.#connectionError('was given back by its instance, which is closed'));
    return new Promise<Reply>((resolve, reject) => {
      const id = this.#nextId++;
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((ask) => ask.id !== id);
        reject(signal.reason);
      };
      const settle = () => signal.removeEventListener('abort', onAbort);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push({
        id,
        request,
        resolve: (reply) => {
          settle();
          resolve(reply);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#postWaiting();
    });
  }

  #postWaiting(): void {
    while (this.#inFlight.size < this.#options.maxInFlight) {
      const ask = this.#waiting.shift();
      if (ask === undefined) break;
      this.#inFlight.set(ask.id, ask);
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id: ask.id, request: ask.request });
    }
    if (this.#inFlight.size > 0) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #start(): Worker {
    // No `execArgv` of the host's: loaders and conditions for its sources are of no use to a plain JavaScript file.
    const worker = new Worker(this.#options.url, { name: this.#options.name, execArgv: [] });
    worker.on('message', (reply: WorkerReply<Reply>) => this.#onReply(worker, reply));
    worker.on('error', (error: unknown) => this.#onEnd(worker, 'failed', error));
    worker.on('exit', (code) => this.#onEnd(worker, `ended with code ${code}`));
    return worker;
  }

  #onReply(worker: Worker, reply: WorkerReply<Reply>): void {
    const ask = this.#inFlight.get(reply.id);
    if (worker !== this.#worker || ask === undefined) return;
    this.#inFlight.delete(reply.id);
    if ('result' in reply) ask.resolve(reply.result);
    else ask.reject(new APIError(reply.error.message, { kind: 'invalid-request', provider: 'local', retryable: false }));
    this.#postWaiting();
  }

  /** Those under way fail; those that wait here go to a new worker. */
  #onEnd(worker: Worker, how: string, cause?: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#ends += 1;
    const failed = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const ask of failed) ask.reject(this.#connectionError(how, cause));
    this.#postWaiting();
  }

  async #release(lease: object): Promise<void> {
    if (!this.#leases.delete(lease) || this.#leases.size > 0) return;
    for (const ask of this.#waiting.splice(0)) ask.reject(this.#connectionError('was given back by its last instance'));
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#onEnd(worker, 'was ended with its last instance');
    // It may be in the middle of a sentence, which this cuts off.
    await worker.terminate();
  }

  #connectionError(how: string, cause?: unknown): APIConnectionError {
    return new APIConnectionError(`the ${this.#options.name} worker ${how}`, { provider: 'local', cause });
  }
}
