import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { APIConnectionError, APITimeoutError, type Clock } from '@parley/core/provider';
import { createDeferred, realClock, withDeadline } from '@parley/core/provider-kit';
import { BatchMemory, maxRows } from './batch-memory.js';
import type { ModelRow } from './model-row.js';
import { runtimeError } from './runtime-error.js';
import { takeBatch } from './take-batch.js';
import type { WorkerReply, WorkerRequest, WorkerSettings } from './worker-message.js';

/** The runtime's library has 20 MB and may come from a slow disk. */
const loadTimeoutMs = 30_000;
/** A run takes about a millisecond: after this long the thread hangs. */
const runTimeoutMs = 10_000;
/** For the thread to end by itself: a run, and what it takes to leave. */
const endTimeoutMs = 2000;

export interface ModelWorkerOptions {
  /** The worker's file; for tests. */
  readonly workerUrl?: URL;
  readonly modelPath?: string;
  /** Watches over the thread, which works in real time whatever the clock of a call says. */
  readonly clock?: Clock;
}

interface Waiting {
  readonly row: ModelRow;
  readonly resolve: (probability: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread with one model in it. Windows of all streams go into its runs together: the first one starts a run at once, those that come
 * while it runs make up the next. So a lone stream waits for nothing, a window that just missed a run for one run, and no timer is needed.
 *
 * It keeps the process alive only while somebody waits for it. When it has died, whoever waited hears of it, and so does whoever asks
 * later: a new one is for the owner to make.
 */
export class ModelWorker {
  readonly #memory = new BatchMemory();
  readonly #clock: Clock;
  readonly #worker: Worker;
  readonly #ready = createDeferred<void>();
  /** Settles once loading is over, however it went. */
  readonly #loaded = createDeferred<void>();
  readonly #exited = createDeferred<void>();
  #isReady = false;
  #failure: Error | undefined;
  #waiting: Waiting[] = [];
  #running: readonly Waiting[] = [];
  #cancelWatch: () => void;

  constructor(options: ModelWorkerOptions = {}) {
    // The same from `src` and from `dist`.
    const { workerUrl = new URL('./silero-worker.mjs', import.meta.url), clock = realClock } = options;
    const modelPath = options.modelPath ?? fileURLToPath(new URL('../model/silero_vad.onnx', import.meta.url));
    const workerData: WorkerSettings = { modelPath, batch: this.#memory.shared };
    this.#clock = clock;
    keepRuntimeQuiet();
    // The process's own flags (loaders, conditions) would only slow its start.
    this.#worker = new Worker(workerUrl, { workerData, name: 'parley-silero', execArgv: [] });
    this.#worker.on('message', (reply: WorkerReply) => this.#onReply(reply));
    this.#worker.once('exit', () => {
      this.#loaded.resolve();
      this.#exited.resolve();
    });
    this.#worker.on('error', (error) =>
      this.#die(new APIConnectionError(`the model's thread failed (${error.message})`, { provider: 'silero', cause: error })),
    );
    this.#worker.on('exit', (code) => this.#die(new APIConnectionError(`the model's thread ended (code ${code})`, { provider: 'silero' })));
    this.#cancelWatch = this.#watch(loadTimeoutMs, 'loading');
    // Whoever waits for it hears of a failure; with nobody waiting, the next call does.
    this.#ready.promise.catch(() => {});
  }

  /** It has failed or was closed: it will never give a probability again. */
  get isDead(): boolean {
    return this.#failure !== undefined;
  }

  /** Settles once the model is loaded; rejects with an `APIError`. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * The probability that the row's window is speech; the row's state is then the one after it. One window of a row at a time.
   *
   * @throws {APIError} The thread has died: of kind `connection`, or the reason why it could not be started.
   */
  infer(row: ModelRow): Promise<number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ row, resolve, reject });
      if (this.#waiting.length === 1) this.#dispatchSoon();
    });
  }

  /**
   * Ends the thread. Whoever still waits is told at once. It ends by itself, after what it is at: ended from here in the midst of loading
   * or of a run it would end the process, as the runtime's own code throws where nobody can catch it.
   */
  async close(): Promise<void> {
    this.#fail(new APIConnectionError("the model's thread was closed", { provider: 'silero' }));
    this.#worker.ref();
    this.#worker.postMessage('end' satisfies WorkerRequest);
    await this.#atMost(loadTimeoutMs, this.#loaded.promise);
    await this.#atMost(endTimeoutMs, this.#exited.promise);
    // However it went, the thread ends now.
    await this.#worker.terminate();
  }

  async #atMost(timeoutMs: number, end: Promise<void>): Promise<void> {
    const onTimeout = () => new APITimeoutError(`the model's thread took longer than ${timeoutMs} ms`, { provider: 'silero' });
    await withDeadline(end, { clock: this.#clock, timeoutMs, onTimeout }).catch(() => {});
  }

  /** After the microtasks already queued: streams that were woken together ask in one round of them, and so share a run. */
  #dispatchSoon(): void {
    queueMicrotask(() => this.#dispatch());
  }

  #dispatch(): void {
    if (!this.#isReady || this.#running.length > 0) return;
    const { batch, rest } = takeBatch(this.#waiting, maxRows);
    const [first] = batch;
    if (first === undefined) return;
    this.#waiting = rest;
    this.#running = batch;
    this.#memory.pack(batch.map(({ row }) => row));
    const request: WorkerRequest = { rows: batch.length, rowSamples: first.row.input.length, sampleRate: first.row.sampleRate };
    this.#worker.postMessage(request);
    this.#cancelWatch = this.#watch(runTimeoutMs, 'running');
  }

  #onReply(reply: WorkerReply): void {
    this.#loaded.resolve();
    if (this.#failure !== undefined) return;
    this.#cancelWatch();
    switch (reply.type) {
      case 'ready':
        this.#isReady = true;
        this.#ready.resolve();
        break;
      case 'done':
        this.#deliver();
        break;
      case 'failed':
        this.#die(runtimeError(reply));
        return;
      default:
        reply satisfies never;
    }
    this.#dispatch();
    if (this.#running.length === 0) this.#worker.unref();
  }

  #deliver(): void {
    const batch = this.#running;
    this.#running = [];
    const probabilities = this.#memory.unpack(batch.map(({ row }) => row));
    for (const [index, { resolve }] of batch.entries()) resolve(probabilities[index] ?? 0);
  }

  /** The process lives while the thread is watched, and no longer. */
  #watch(timeoutMs: number, work: string): () => void {
    this.#worker.ref();
    return this.#clock.after(timeoutMs, () =>
      this.#die(new APITimeoutError(`the model's thread gave no answer for ${timeoutMs} ms while ${work}`, { provider: 'silero' })),
    );
  }

  #die(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#fail(error);
    // Nobody waits for its end here, nor does the process: a thread that hangs would never end.
    this.#worker.terminate().catch(() => {});
    this.#worker.unref();
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#cancelWatch();
    this.#ready.reject(error);
    const waiting = [...this.#running, ...this.#waiting];
    this.#running = [];
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}

/**
 * From 1.29 on onnxruntime-node reports its use to its makers, on Linux and macOS too, and leaves files in the user's folders. Nobody who
 * installs a VAD expects that. It reads this variable when it is first initialised; whoever has set it, to whatever value, has decided.
 *
 * @see https://github.com/microsoft/onnxruntime/pull/27379
 */
function keepRuntimeQuiet(): void {
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
}
