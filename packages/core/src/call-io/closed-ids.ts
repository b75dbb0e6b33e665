/** How many are remembered: a writer of audio that long dropped does not go on for so many segments. */
const capacity = 1_000;

/** The segments lately finished, so that what is still written for them is known to be late. */
export class ClosedIds {
  readonly #ids = new Set<string>();

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size <= capacity) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
