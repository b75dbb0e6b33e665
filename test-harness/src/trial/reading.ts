import { shown, Violation } from '../rules/violation.js';
import { createDeferred, type Deferred } from '@parley/core/provider-kit';

export type ReadingEnd = { readonly type: 'ended' } | { readonly type: 'failed'; readonly error: unknown };

/** @throws {Violation} It is no stream. */
function iteratorOf<Event>(stream: AsyncIterable<Event>): AsyncIterator<Event> {
  const start: unknown = typeof stream === 'object' && stream !== null ? Reflect.get(stream, Symbol.asyncIterator) : undefined;
  if (typeof start !== 'function') throw new Violation(`the call must give a stream (an AsyncIterable), and gave ${shown(stream)}`);
  return stream[Symbol.asyncIterator]();
}

/** A stream that is read in the background. */
export class Reading<Event> {
  readonly events: Event[] = [];
  /** Never rejects. */
  readonly end: Promise<ReadingEnd>;
  readonly #iterator: AsyncIterator<Event>;
  readonly #waiting = new Set<() => void>();
  #hasEnded: ReadingEnd | undefined;
  #pause: Deferred<void> | undefined;

  constructor(stream: AsyncIterable<Event>) {
    this.#iterator = iteratorOf(stream);
    this.end = this.#read();
  }

  /** Settled by now: `end` says how. */
  get hasEnded(): boolean {
    return this.#hasEnded !== undefined;
  }

  /** All events once it has ended; rejects with the stream's error. */
  async all(): Promise<readonly Event[]> {
    const end = await this.end;
    if (end.type === 'failed') throw end.error;
    return this.events;
  }

  /** Its error; rejects if it ended without one. */
  async error(): Promise<unknown> {
    const end = await this.end;
    if (end.type === 'failed') return end.error;
    throw new Error('the stream ended without an error');
  }

  /** The first event, past or to come, that is of this type; rejects when the stream ends without one. */
  async first<Type extends (Event extends { readonly type: infer Types } ? Types : never)>(
    type: Type,
  ): Promise<Extract<Event, { readonly type: Type }>> {
    const isWanted = (event: Event): event is Extract<Event, { readonly type: Type }> =>
      typeof event === 'object' && event !== null && 'type' in event && event.type === type;
    for (;;) {
      const found = this.events.find(isWanted);
      if (found !== undefined) return found;
      if (this.#hasEnded?.type === 'failed') throw this.#hasEnded.error;
      if (this.#hasEnded !== undefined) throw new Error(`the stream ended without an event "${String(type)}"`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Reads no further until `resume`, as a slow reader does; what is asked for already still comes. */
  pause(): void {
    this.#pause ??= createDeferred<void>();
  }

  resume(): void {
    this.#pause?.resolve();
    this.#pause = undefined;
  }

  /** Leaves, as `break` in a `for await` does, and settles when the stream says so. */
  async leave(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #read(): Promise<ReadingEnd> {
    let end: ReadingEnd = { type: 'ended' };
    try {
      for (let next = await this.#iterator.next(); next.done !== true; next = await this.#iterator.next()) {
        if (next.value === undefined || next.value === null)
          throw new Violation(`the stream gave ${String(next.value)}, which is no event`);
        this.events.push(next.value);
        this.#wake();
        await this.#pause?.promise;
      }
    } catch (error) {
      end = { type: 'failed', error };
    }
    this.#hasEnded = end;
    this.#wake();
    return end;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
