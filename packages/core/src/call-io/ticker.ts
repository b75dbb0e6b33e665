import type { Clock } from '../provider/clock.js';

/** How often what plays is brought up to date. */
const tickMs = 20;

/** Told at each tick, with the clock's time then. A tick may be late: do all that is due. */
export interface TickListener {
  tick(nowMs: number): void;
}

/**
 * One timer for all that plays on a clock, instead of one each. It runs only while somebody listens.
 *
 * Timers of their own would be as exact and cost a little more; what must be exact between two ticks (the end of a segment) has one.
 */
export class Ticker {
  readonly #clock: Clock;
  readonly #listeners = new Set<TickListener>();
  #nextMs = 0;
  #cancel: (() => void) | undefined;

  /** Use `tickerOf`: one for each clock is the point of it. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Listeners at present. */
  get size(): number {
    return this.#listeners.size;
  }

  add(listener: TickListener): void {
    this.#listeners.add(listener);
    if (this.#cancel === undefined) this.#schedule(this.#clock.now() + tickMs);
  }

  remove(listener: TickListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(atMs: number): void {
    this.#nextMs = atMs;
    this.#cancel = this.#clock.after(atMs - this.#clock.now(), () => this.#tick());
  }

  #tick(): void {
    const nowMs = this.#clock.now();
    // Ticks missed are not made up for: a listener does all that is due at this one.
    const missed = Math.max(0, Math.floor((nowMs - this.#nextMs) / tickMs));
    this.#schedule(this.#nextMs + (missed + 1) * tickMs);
    for (const listener of this.#listeners) listener.tick(nowMs);
  }
}

const tickers = new WeakMap<Clock, Ticker>();

/** The ticker of this clock, the same each time. */
export function tickerOf(clock: Clock): Ticker {
  const ticker = tickers.get(clock) ?? new Ticker(clock);
  tickers.set(clock, ticker);
  return ticker;
}
