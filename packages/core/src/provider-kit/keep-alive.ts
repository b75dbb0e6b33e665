import type { Clock } from '../provider/clock.js';

/** Sends something whenever nothing else was sent for a while, on the call's clock, so that the other side does not hang up. */
export class KeepAlive implements Disposable {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #send: () => void;
  #lastMs: number;
  #cancel: () => void;

  constructor({ clock, intervalMs, send }: { readonly clock: Clock; readonly intervalMs: number; readonly send: () => void }) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#send = send;
    this.#lastMs = clock.now();
    this.#cancel = this.#wait(intervalMs);
  }

  /** Something was sent. Costs no timer. */
  touch(): void {
    this.#lastMs = this.#clock.now();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #wait(forMs: number): () => void {
    return this.#clock.after(forMs, () => this.#onTimer());
  }

  #onTimer(): void {
    const leftMs = this.#lastMs + this.#intervalMs - this.#clock.now();
    if (leftMs > 0) {
      this.#cancel = this.#wait(leftMs);
      return;
    }
    this.touch();
    this.#cancel = this.#wait(this.#intervalMs);
    this.#send();
  }
}
