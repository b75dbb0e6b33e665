/** Keeps what is read of a stream, so that another reader can begin at its beginning. One reads at a time. */
export class ReplayedInput<Item> {
  readonly #iterator: AsyncIterator<Item>;
  readonly #items: Item[] = [];
  #pulling: Promise<void> | undefined;
  #hasEnded = false;

  constructor(source: AsyncIterable<Item>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Settles when there is something to read, or nothing any more. */
  async first(): Promise<void> {
    if (this.#items.length === 0 && !this.#hasEnded) await this.#pull();
  }

  async *read(): AsyncGenerator<Item, void, void> {
    for (let index = 0; ; index += 1) {
      while (index >= this.#items.length && !this.#hasEnded) await this.#pull();
      const item = this.#items[index];
      if (item === undefined) return;
      yield item;
    }
  }

  /** Whether one like this was read so far. */
  hasRead(isWanted: (item: Item) => boolean): boolean {
    return this.#items.some(isWanted);
  }

  /** A reader that left may still wait for an item: the next one waits for the same. */
  async #pull(): Promise<void> {
    this.#pulling ??= this.#iterator.next().then(
      (next) => {
        this.#pulling = undefined;
        if (next.done === true) this.#hasEnded = true;
        else this.#items.push(next.value);
      },
      (error: unknown) => {
        this.#pulling = undefined;
        throw error;
      },
    );
    await this.#pulling;
  }
}
