import type { Clock } from '../provider/clock.js';
import { type Timer, TimerQueue } from './timer-queue.js';

/**
 * Time that moves only when told to, from one timer straight to the next: a ten-minute call takes milliseconds, and is exact.
 *
 * Timers due at the same instant fire in the order in which they were set; between two of them all promises that can settle do.
 * Work outside the process's own promises (a worker thread, a socket) is invisible to it: `hold()` the clock while it lasts.
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #sequence = 0;
  readonly #startMs: number;
  readonly #promisesOnly: boolean;
  readonly #timers = new TimerQueue();
  readonly #holds = new Set<object>();
  readonly #waitingForHolds: (() => void)[] = [];

  /**
   * @param options.startsAt Wall time at `now()` 0; the epoch by default, so that time stamps read as milliseconds of the test.
   * @param options.promisesOnly Nothing that happens needs the event loop to turn, neither a socket nor a thread nor a stream of Node's:
   * costs much less, for calls by the thousand. Where a timer was set is then not noted either. Default false.
   */
  constructor(options: { readonly startsAt?: Date; readonly promisesOnly?: boolean } = {}) {
    this.#startMs = options.startsAt?.getTime() ?? 0;
    this.#promisesOnly = options.promisesOnly ?? false;
  }

  now(): number {
    return this.#nowMs;
  }

  date(): Date {
    return new Date(this.#startMs + this.#nowMs);
  }

  after(delayMs: number, callback: () => void): () => void {
    if (!Number.isFinite(delayMs)) throw new RangeError(`a timer's delay is a number of milliseconds, not ${delayMs}`);
    const timer: Timer = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      sequence: this.#sequence++,
      callback,
      origin: this.#promisesOnly ? undefined : placeOfCall(),
      place: -1,
    };
    this.#timers.add(timer);
    return () => this.#timers.remove(timer);
  }

  /** Timers not yet fired. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Time stands still until the returned function is called: for work that a worker or a socket does in real time. */
  hold(): () => void {
    const token = {};
    this.#holds.add(token);
    return () => {
      this.#holds.delete(token);
      if (this.#holds.size > 0) return;
      for (const wake of this.#waitingForHolds.splice(0)) wake();
    };
  }

  /** Moves time by so much, firing what is due on the way. */
  async advance(durationMs: number): Promise<void> {
    await this.advanceTo(this.#nowMs + durationMs);
  }

  /** Moves time to this instant, firing what is due on the way, including what becomes due at it. */
  async advanceTo(atMs: number): Promise<void> {
    if (!(atMs >= this.#nowMs)) throw new RangeError(`time moves forward only: it is ${this.#nowMs} ms, which cannot become ${atMs}`);
    await this.#settle();
    while ((this.#timers.first?.atMs ?? Infinity) <= atMs) await this.#fireNext();
    this.#nowMs = atMs;
  }

  /**
   * Moves time until the promise settles, and gives its outcome.
   *
   * @param options.limitMs Virtual time after which to give up, one hour by default.
   * @throws {Error} Nothing is left that could settle it, or the limit has passed.
   */
  async runUntil<T>(promise: Promise<T>, options: { readonly limitMs?: number } = {}): Promise<T> {
    const limitMs = this.#nowMs + (options.limitMs ?? 3_600_000);
    let isSettled = false;
    const observe = () => {
      isSettled = true;
    };
    promise.then(observe, observe);
    await this.#settle();
    while (!isSettled) {
      const next = this.#timers.first;
      if (next === undefined) throw new Error(`nothing is left to wait for at ${this.#nowMs} ms: what was awaited can never settle`);
      if (next.atMs > limitMs) throw new Error(`what was awaited had not settled at ${this.#nowMs} ms, the limit given`);
      await this.#fireNext();
    }
    return promise;
  }

  /** Moves time from timer to timer until none is left. */
  async runUntilIdle(): Promise<void> {
    await this.#settle();
    while (this.#timers.size > 0) await this.#fireNext();
  }

  /** @throws {Error} A timer is left over; says when it is due and where it was set. */
  assertIdle(): void {
    const first = this.#timers.first;
    if (first === undefined) return;
    throw new Error(`${this.#timers.size} timer(s) left over at ${this.#nowMs} ms, the first due at ${first.atMs} ms`, {
      cause: first.origin,
    });
  }

  async #fireNext(): Promise<void> {
    const timer = this.#timers.first;
    if (timer === undefined) return;
    this.#timers.remove(timer);
    this.#nowMs = timer.atMs;
    // Called on its own: as the receiver of the call the timer would live on in the stack of every timer that the callback sets.
    const { callback } = timer;
    callback();
    await this.#settle();
  }

  /** All promises that can settle have settled once the event loop reaches its next turn with no hold on. */
  async #settle(): Promise<void> {
    do {
      if (this.#holds.size > 0) {
        await new Promise<void>((resolve) => {
          this.#waitingForHolds.push(resolve);
        });
      }
      await (this.#promisesOnly ? promisesSettled() : eventLoopTurned());
    } while (this.#holds.size > 0);
  }
}

const eventLoopTurned = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** A tick that is asked for by a promise comes when no promise is left that can settle. */
const promisesSettled = (): Promise<void> =>
  new Promise((resolve) => {
    void Promise.resolve().then(() => process.nextTick(resolve));
  });

/** Calls that the account of a timer goes back: enough to find whose it is. */
const originDepth = 8;

/** Test runners have stacks of a hundred calls written down, which for every timer of a call would cost more than the call itself. */
function placeOfCall(): Error {
  const depth = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.min(depth, originDepth);
  const origin = new Error('the timer was set here');
  Error.stackTraceLimit = depth;
  return origin;
}
