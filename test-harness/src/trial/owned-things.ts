import { settlesWithin } from '../clock/patience.js';

/** What a trial has opened. */
export class OwnedThings {
  readonly #things: AsyncDisposable[] = [];

  add<Thing extends AsyncDisposable>(thing: Thing): Thing {
    this.#things.push(thing);
    return thing;
  }

  /** Closes all, the last one first, each within so much real time. A failure to close is what a rule looks for, and not this one's business. */
  async close(realMs: number): Promise<void> {
    for (let thing = this.#things.pop(); thing !== undefined; thing = this.#things.pop()) {
      await settlesWithin(closed(thing), realMs);
    }
  }
}

async function closed(thing: AsyncDisposable): Promise<void> {
  await thing[Symbol.asyncDispose]();
}
