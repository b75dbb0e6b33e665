import type { Clock } from '@parley/core/provider';
import { quiet } from './quiet.js';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

const startsAtMs = Date.UTC(2026, 0, 1);

/**
 * The clock of a trial. It stands still while real sockets do their work, and moves from timer to timer when the trial says so; between
 * two timers all is done that the first set off, on this machine and over its loopback.
 */
export class TrialClock implements Clock {
  #nowMs = 0;
  /** In the order in which they were set, which decides between those due at the same instant. */
  readonly #timers = new Set<Timer>();
  #holds = 0;

  now(): number {
    return this.#nowMs;
  }

  date(): Date {
    return new Date(startsAtMs + this.#nowMs);
  }

  after(delayMs: number, callback: () => void): () => void {
    if (!Number.isFinite(delayMs)) throw new RangeError(`a timer's delay is a number of milliseconds, not ${delayMs}`);
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** For `holdClock` of the provider kit: time stands still until the returned function is called. */
  hold(): () => void {
    this.#holds += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.#holds -= 1;
      isHeld = false;
    };
  }

  /** Set, and neither fired nor cancelled. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Lets so much time pass. */
  async pass(durationMs: number): Promise<void> {
    await this.passUntil(() => false, durationMs);
  }

  /** Lets time pass until `isOver`, at most so much. @returns Whether it was over in time. */
  async passUntil(isOver: () => boolean, withinMs: number): Promise<boolean> {
    const untilMs = this.#nowMs + withinMs;
    await this.#settle();
    while (!isOver()) {
      const next = this.#next();
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = untilMs;
        return false;
      }
      this.#timers.delete(next);
      this.#nowMs = next.atMs;
      next.callback();
      await this.#settle();
    }
    return true;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
    return next;
  }

  /** A hold that is never released ends with the trial's deadline. */
  async #settle(): Promise<void> {
    do await quiet();
    while (this.#holds > 0);
  }
}
