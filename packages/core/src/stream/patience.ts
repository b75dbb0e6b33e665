import type { Clock } from '../provider/clock.js';

/**
 * Waits for the next thing to come, for a while; time does not count while whoever was given the last thing is at work. One timer, which
 * is left to fire and looks then at what it is for: things come all the time, and setting a timer for each costs more than the rest.
 */
export class Patience implements Disposable {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #budgetMs = 0;
  /** Of the budget, at the last pause. */
  #leftMs = 0;
  /** When it is over, on the clock, while time counts. */
  #dueMs: number | undefined;
  #timer: { readonly firesMs: number; readonly cancel: () => void } | undefined;
  #isOver = false;
  #isDisposed = false;

  /** @param onOver Called once, when nothing came in time. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Nothing came in time. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Something is expected, and time counts. */
  get isWaiting(): boolean {
    return this.#dueMs !== undefined;
  }

  /** How long was waited for it, or would have been. */
  get waitedMs(): number {
    return this.#budgetMs;
  }

  /** The next thing must come within this time from now; what was expected before is not any more. */
  expect(withinMs: number): void {
    this.#budgetMs = withinMs;
    this.#leftMs = Math.max(0, withinMs);
    this.#dueMs = undefined;
    this.resume();
  }

  /** Time does not count until `resume`. */
  pause(): void {
    if (this.#dueMs === undefined) return;
    this.#leftMs = Math.max(0, this.#dueMs - this.#clock.now());
    this.#dueMs = undefined;
  }

  resume(): void {
    if (this.#dueMs !== undefined || this.#isOver || this.#isDisposed) return;
    this.#dueMs = this.#clock.now() + this.#leftMs;
    this.#watch(this.#dueMs, this.#leftMs);
  }

  /** Nothing is expected any more, whoever resumes. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#dueMs = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #watch(dueMs: number, delayMs: number): void {
    if (this.#timer !== undefined && this.#timer.firesMs <= dueMs) return;
    this.#timer?.cancel();
    this.#timer = { firesMs: dueMs, cancel: this.#clock.after(delayMs, () => this.#onTimer()) };
  }

  #onTimer(): void {
    this.#timer = undefined;
    const dueMs = this.#dueMs;
    if (dueMs === undefined) return;
    const leftMs = dueMs - this.#clock.now();
    if (leftMs > 0) return this.#watch(dueMs, leftMs);
    this.#dueMs = undefined;
    this.#isOver = true;
    this.#onOver();
  }
}
