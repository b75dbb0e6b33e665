import type { Clock } from '../provider/clock.js';

/** Waits for the next thing to come, for a while: one timer, which pauses while whoever was given the last thing is at work. */
export class Patience implements Disposable {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #budgetMs = 0;
  #leftMs = 0;
  #sinceMs = 0;
  #cancel: (() => void) | undefined;
  #isOver = false;

  /** @param onOver Called once, when nothing came in time. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Nothing came in time. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How long was waited for it, or would have been. */
  get waitedMs(): number {
    return this.#budgetMs;
  }

  /** The next thing must come within this time from now; what was expected before is not any more. */
  expect(withinMs: number): void {
    this.pause();
    this.#budgetMs = withinMs;
    this.#leftMs = withinMs;
    this.resume();
  }

  /** Time does not count until `resume`. */
  pause(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#leftMs -= this.#clock.now() - this.#sinceMs;
  }

  resume(): void {
    if (this.#cancel !== undefined || this.#isOver) return;
    this.#sinceMs = this.#clock.now();
    this.#cancel = this.#clock.after(Math.max(0, this.#leftMs), () => {
      this.#cancel = undefined;
      this.#isOver = true;
      this.#onOver();
    });
  }

  /** Nothing is expected any more. */
  [Symbol.dispose](): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
