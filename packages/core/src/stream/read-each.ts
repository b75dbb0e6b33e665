import type { Clock } from '../provider/clock.js';
import type { LinkedSignal } from './linked-signal.js';
import { LoopTurns } from '../time/loop-turns.js';
import { abortGraceMs, iteratorOf } from './read-until-abort.js';

export interface ReadEachOptions {
  /** Of the call whose stream it is. */
  readonly link: LinkedSignal;
  readonly clock: Clock;
}

type Take<T> = (item: T) => Promise<void> | undefined;

/** Whoever reads. */
interface Taker<T> {
  readonly take: Take<T>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads a stream to its end as `readUntilAbort` does, and hands on each item the moment it comes: one promise for all of it, and no hop
 * between the stream and who takes its items. Rejects with the stream's failure, or with `NoStreamError`.
 *
 * @param take What it returns is waited for before the next read. What it throws ends the reading, which rejects with it.
 */
export function readEach<T>(source: AsyncIterable<T>, options: ReadEachOptions, take: Take<T>): Promise<void> {
  return new Promise((resolve, reject) => new EachReader(source, options, { take, resolve, reject }).start());
}

class EachReader<T> {
  readonly #source: AsyncIterator<T>;
  readonly #options: ReadEachOptions;
  readonly #to: Taker<T>;
  #cancelGrace: (() => void) | undefined;
  #forget: (() => void) | undefined;
  #isOver = false;
  readonly #turns = new LoopTurns();

  constructor(source: AsyncIterable<T>, options: ReadEachOptions, to: Taker<T>) {
    this.#source = iteratorOf(source);
    this.#options = options;
    this.#to = to;
  }

  start(): void {
    this.#forget = this.#options.link.onAbort(() => this.#startGrace());
    this.#read();
  }

  readonly #read = (): void => {
    if (this.#isOver) return;
    try {
      this.#source.next().then(this.#onResult, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly #onResult = (result: IteratorResult<T, unknown>): void => {
    if (this.#isOver) return;
    if (result.done === true) return this.#finish();
    try {
      const wait = this.#to.take(result.value);
      const isStarving = this.#turns.count();
      if (wait === undefined && !isStarving) this.#read();
      else if (wait === undefined) this.#turns.afterTurn(this.#read);
      else wait.then(this.#read, this.#leave);
    } catch (error) {
      this.#leave(error);
    }
  };

  #startGrace(): void {
    this.#cancelGrace = this.#options.clock.after(abortGraceMs, () => {
      if (this.#isOver) return;
      this.#finish();
      this.#letGo();
    });
  }

  /** Who takes the items wants no more of them. */
  readonly #leave = (error: unknown): void => {
    if (this.#isOver) return;
    this.#fail(error);
    this.#letGo();
  };

  /** A generator that is parked answers `return` only when it goes on, if ever: nobody waits for that. */
  #letGo(): void {
    this.#source.return?.().then(undefined, () => {});
  }

  readonly #fail = (error: unknown): void => {
    if (this.#isOver) return;
    this.#end();
    this.#to.reject(error);
  };

  #finish(): void {
    this.#end();
    this.#to.resolve();
  }

  #end(): void {
    this.#isOver = true;
    this.#cancelGrace?.();
    this.#forget?.();
  }
}
