import { AbortError } from '@parley/core/provider-kit';
import type { ModelRow } from './model-row.js';
import { ModelWorker } from './model-worker.js';

/**
 * The one model of a process, whoever uses it. Starts with its first user, is made anew after it has died, and ends with its last user.
 * A user is any object; it counts from its first `load` to its `release`.
 */
export class SharedModel {
  readonly #create: () => ModelWorker;
  readonly #users = new Set<object>();
  #worker: ModelWorker | undefined;

  constructor(create: () => ModelWorker) {
    this.#create = create;
  }

  /** Settles once the model can run. Rejects with an `APIError` if it cannot be loaded. */
  load(user: object): Promise<void> {
    this.#users.add(user);
    return this.#living().ready;
  }

  /** As `ModelWorker.infer`, in a new thread if the last one has died: a row has its whole state with it. */
  infer(user: object, row: ModelRow): Promise<number> {
    // A call that outlived its owner must not start a thread that nobody would end.
    if (!this.#users.has(user)) return Promise.reject(new AbortError('the VAD was closed'));
    return this.#living().infer(row);
  }

  /** Settles once the thread has ended, if this was its last user. */
  async release(user: object): Promise<void> {
    this.#users.delete(user);
    if (this.#users.size > 0) return;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.close();
  }

  #living(): ModelWorker {
    if (this.#worker === undefined || this.#worker.isDead) this.#worker = this.#create();
    return this.#worker;
  }
}

/** Nothing is loaded, opened or started before its first user asks. */
export const sharedModel = new SharedModel(() => new ModelWorker());
