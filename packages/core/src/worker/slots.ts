/** Who holds a slot: each job from its acceptance until its end. */
export class Slots {
  readonly #takenAtMs = new Map<string, number>();

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

  /** Twice is harmless. */
  free(jobId: string): void {
    this.#takenAtMs.delete(jobId);
  }
}
