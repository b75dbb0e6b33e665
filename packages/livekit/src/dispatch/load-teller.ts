import type { Clock, Logger } from '@parley/core/provider';
import type { WorkerLoad } from './told-load.js';

/** The reference workers tell it as often. */
const everyMs = 2500;
/**
 * How often it is seen whether jobs are still taken: a worker that begins to drain is told of nowhere else. Until the server knows, it may
 * choose this worker's node for a job; where it has several, it asks no other once that one's workers decline.
 */
const checkMs = 250;

export interface LoadTellerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly load: () => WorkerLoad;
  readonly send: (load: WorkerLoad) => void;
}

/** Keeps the server's picture of the worker: tells its load every 2.5 s, and at once where something has been done that may have changed it. */
export class LoadTeller {
  readonly #options: LoadTellerOptions;
  #told: WorkerLoad | undefined;
  #toldMs = 0;
  #cancel: (() => void) | undefined;

  constructor(options: LoadTellerOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#tell();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#told = undefined;
  }

  /** Tells it if whether jobs are taken, or how many there are, is no longer as it was told. */
  check(): void {
    if (this.#cancel === undefined) return;
    const load = this.#read();
    if (load !== undefined && (load.accepting !== this.#told?.accepting || load.jobs !== this.#told.jobs)) this.#send(load);
  }

  #tell(): void {
    const load = this.#read();
    if (load !== undefined) this.#send(load);
    this.#toldMs = this.#options.clock.now();
    this.#await();
  }

  #await(): void {
    const { clock } = this.#options;
    this.#cancel = clock.after(checkMs, () => {
      if (clock.now() - this.#toldMs >= everyMs) return this.#tell();
      this.check();
      this.#await();
    });
  }

  #send(load: WorkerLoad): void {
    this.#told = load;
    this.#options.send(load);
  }

  #read(): WorkerLoad | undefined {
    try {
      return this.#options.load();
    } catch (error) {
      this.#options.logger.log('error', 'the load of the worker cannot be told: its function threw', { error: String(error) });
      return undefined;
    }
  }
}
