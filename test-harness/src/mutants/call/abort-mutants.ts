import { APIConnectionError, type CallOptions } from '@parley/core/provider';
import type { CallKind } from '../../rules/call/manner.js';
import type { Mutant } from '../mutant.js';
import type { Breakable, EventOf, RequestOf, Start } from './breakable.js';
import { type Break, maker } from './make-mutant.js';

type Result<Event> = IteratorResult<Event, undefined>;
const ended = { done: true, value: undefined } as const;

/** What a reader of a call has seen of it. */
interface ReaderState<Event> {
  readonly hasEvents: boolean;
  readonly isReading: boolean;
  readonly last: Event | undefined;
}

interface Habits<Event> {
  /** Whether an abort is passed on, at once, after a while on the clock, with the next read, or never. */
  readonly onAbort?: (state: ReaderState<Event>) => 'at-once' | 'late' | 'with-the-next-read' | 'never';
  /** What the first read after an abort gives, if not what the call does. */
  readonly afterAbort?: (state: ReaderState<Event>) => Event | undefined;
  readonly leaves?: boolean;
}

const lateMs = 200;

/** Passes a signal on in its own way. */
class BadSignal<Event> {
  readonly #own = new AbortController();
  readonly #request: Pick<CallOptions, 'signal' | 'clock'>;
  readonly #habits: Habits<Event>;
  readonly #fired = () => this.#onFired();
  state: ReaderState<Event> = { hasEvents: false, isReading: false, last: undefined };
  #isOwed = false;
  #isUnread = false;

  constructor(request: Pick<CallOptions, 'signal' | 'clock'>, habits: Habits<Event>) {
    this.#request = request;
    this.#habits = habits;
    if (request.signal.aborted) this.#pass();
    else request.signal.addEventListener('abort', this.#fired, { once: true });
  }

  get signal(): AbortSignal {
    return this.#own.signal;
  }

  /** Before a read. @returns What is given in place of it. */
  onRead(): Event | undefined {
    if (this.#isOwed) this.#pass();
    const instead = this.#isUnread ? this.#habits.afterAbort?.(this.state) : undefined;
    this.#isUnread = false;
    return instead;
  }

  over(): void {
    this.#request.signal.removeEventListener('abort', this.#fired);
  }

  #pass(): void {
    this.#own.abort(this.#request.signal.reason);
  }

  #onFired(): void {
    const manner = this.#habits.onAbort?.(this.state) ?? 'at-once';
    this.#isUnread = !this.state.isReading;
    if (manner === 'at-once') this.#pass();
    else if (manner === 'late') this.#request.clock.after(lateMs, () => this.#pass());
    else this.#isOwed = manner === 'with-the-next-read';
  }
}

/** A call whose abort is in the hands of somebody who does it wrongly. */
function badlyAborted<Kind extends CallKind>(
  start: Start<Kind>,
  request: RequestOf<Kind>,
  habits: Habits<EventOf<Kind>>,
): AsyncIterable<EventOf<Kind>> {
  const signal = new BadSignal<EventOf<Kind>>(request, habits);
  const inner = start({ ...request, signal: signal.signal })[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      async next(): Promise<Result<EventOf<Kind>>> {
        const instead = signal.onRead();
        if (instead !== undefined) return { done: false, value: instead };
        signal.state = { ...signal.state, isReading: true };
        try {
          const result = await inner.next();
          if (result.done === true) {
            signal.over();
            return ended;
          }
          signal.state = { hasEvents: true, isReading: false, last: result.value };
          return { done: false, value: result.value };
        } catch (error) {
          signal.over();
          throw error;
        } finally {
          signal.state = { ...signal.state, isReading: false };
        }
      },
      async return(): Promise<Result<EventOf<Kind>>> {
        if (habits.leaves !== false) await inner.return?.();
        signal.over();
        return ended;
      },
    }),
  };
}

/** Level 3, aborts. */
export function abortMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  const bad = (habits: Habits<EventOf<Kind>>): Break<Kind> => {
    const around = (start: Start<Kind>) => (request: RequestOf<Kind>) => badlyAborted(start, request, habits);
    return (instance) => breakable.withStart(instance, around);
  };
  return [
    make('3.1', 'asks the vendor although it was aborted', (instance) => breakable.withStart(instance, abortedOrNot)),
    make(
      '3.2',
      'takes no notice of an abort before anything has come',
      bad({ onAbort: ({ hasEvents }) => (hasEvents ? 'at-once' : 'never') }),
    ),
    make('3.3', 'ends late after an abort', bad({ onAbort: ({ hasEvents, isReading }) => (hasEvents && isReading ? 'late' : 'at-once') })),
    make(
      '3.4',
      'cleans up with the next read',
      bad({ onAbort: ({ hasEvents, isReading }) => (hasEvents && !isReading ? 'with-the-next-read' : 'at-once') }),
    ),
    make('3.5', 'hands on what had come when it was aborted', bad({ afterAbort: ({ last }) => last })),
    make('3.6', 'is broken by a signal that fires after the end', (instance) => breakable.withStart(instance, brokenByLateAbort)),
    make('3.7', 'goes on when its reader leaves', bad({ leaves: false })),
  ];
}

const abortedOrNot =
  <Kind extends CallKind>(start: Start<Kind>): Start<Kind> =>
  (request) => {
    if (!request.signal.aborted) return start(request);
    return {
      async *[Symbol.asyncIterator]() {
        void drain(start({ ...request, signal: new AbortController().signal }));
        yield* start(request);
      },
    };
  };

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _event of stream);
  } catch {
    // Nobody wants it.
  }
}

function brokenByLateAbort<Kind extends CallKind>(start: Start<Kind>): Start<Kind> {
  const ends: AbortSignal[] = [];
  return (request) => {
    if (ends.some(({ aborted }) => aborted)) throw new APIConnectionError('the instance was aborted', { provider: 'reference' });
    const stream = start(request);
    return {
      [Symbol.asyncIterator]() {
        const inner = stream[Symbol.asyncIterator]();
        return {
          async next() {
            const result = await inner.next();
            if (result.done === true && !request.signal.aborted) ends.push(request.signal);
            return result;
          },
          return: async () => (await inner.return?.()) ?? ended,
        };
      },
    };
  };
}
