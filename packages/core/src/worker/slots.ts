import { createDeferred, type Deferred } from '../stream/deferred.js';

/** Who holds a slot: each job from its acceptance until its end. */
export class Slots {
  readonly #takenAtMs = new Map<string, number>();
  #emptied: Deferred<void> | undefined;

  get size(): number {
    return this.#takenAtMs.size;
  }

  has(jobId: string): boolean {
    return this.#takenAtMs.has(jobId);
  }

  /** Jobs that have held theirs since before this moment. */
  settledBefore(atMs: number): number {
    return [...this.#takenAtMs.values()].filter((takenAtMs) => takenAtMs < atMs).length;
  }

  reserve(jobId: string, atMs: number): void {
    this.#takenAtMs.set(jobId, atMs);
  }

  free(jobId: string): void {
    this.#takenAtMs.delete(jobId);
    if (this.size > 0) return;
    this.#emptied?.resolve();
    this.#emptied = undefined;
  }

  /** Settles once nobody holds one; at once if nobody does. */
  emptied(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    this.#emptied ??= createDeferred();
    return this.#emptied.promise;
  }
}
