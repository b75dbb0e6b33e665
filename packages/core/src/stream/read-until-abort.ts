import type { Clock } from '../provider/clock.js';
import { LoopTurns } from '../time/loop-turns.js';

/** How long a stream may go on after its signal fired: twice what the contract gives it (point 3), as nobody waits for it then. */
export const abortGraceMs = 100;

const ended = { done: true, value: undefined } as const;

/** Something that was to be a stream is none. */
export class NoStreamError extends TypeError {
  override readonly name = 'NoStreamError';

  constructor() {
    super('what is to be read is no stream: an async iterable is wanted');
  }
}

/**
 * Reads a stream that is to end when its signal fires, and does not rely on it: what has not ended 100 ms later is left alone, in whatever
 * it waits for. So no provider, and no node of an application, can keep a call from ending. Leaving early (`break`) never waits either.
 *
 * @throws {NoStreamError} It is no stream.
 */
export function readUntilAbort<T>(
  source: AsyncIterable<T>,
  options: { readonly signal: AbortSignal; readonly clock: Clock },
): AsyncIterableIterator<T, undefined> {
  return new GuardedReader(iteratorOf(source), options);
}

/** @throws {NoStreamError} It is no stream. */
export function iteratorOf<T>(source: AsyncIterable<T>): AsyncIterator<T> {
  if (!isStream(source)) throw new NoStreamError();
  return source[Symbol.asyncIterator]();
}

const isStream = (source: unknown): boolean => typeof source === 'object' && source !== null && Symbol.asyncIterator in source;

class GuardedReader<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: AsyncIterator<T>;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #onAbort = () => this.#startGrace();
  #cancelGrace: (() => void) | undefined;
  #settle: ((result: IteratorResult<T, undefined>) => void) | undefined;
  #isOver = false;
  readonly #turns = new LoopTurns();

  constructor(source: AsyncIterator<T>, { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock }) {
    this.#source = source;
    this.#signal = signal;
    this.#clock = clock;
    if (signal.aborted) this.#startGrace();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#isOver) return Promise.resolve(ended);
    return new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#source.next().then(
        (result) => {
          if (result.done === true) this.#finish();
          if (result.done === true) resolve(ended);
          else if (this.#turns.count()) this.#turns.afterTurn(() => resolve(result));
          else resolve(result);
        },
        (error: unknown) => {
          this.#finish();
          reject(error);
        },
      );
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#leave();
    return Promise.resolve(ended);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #startGrace(): void {
    this.#cancelGrace = this.#clock.after(abortGraceMs, () => this.#leave());
  }

  /** A generator that is parked answers `return` only when it goes on, if ever: nobody waits for that. */
  #leave(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#source.return?.().then(undefined, () => {});
    this.#settle?.(ended);
  }

  #finish(): void {
    this.#isOver = true;
    this.#cancelGrace?.();
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}
