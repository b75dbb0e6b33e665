import type { CallOptions } from '../provider/call-options.js';
import { isAbortError } from '../stream/abort-error.js';
import { linkSignals } from '../stream/linked-signal.js';

/** How long a stream may take to end after an abort: contract, point 3. */
const graceMs = 50;

/** What the body of a call is given. */
export interface Call {
  /** Fires when the request's signal does, and when the reader leaves. Pass it to whatever the call starts. */
  readonly signal: AbortSignal;
  /**
   * Holds what the call opened, and closes it when the call ends in any way: at once on abort, even if nobody reads any more. What arrives
   * too late is closed as soon as it is there. Closed in the reverse order of opening.
   */
  open<Resource extends Disposable | AsyncDisposable>(resource: Resource | Promise<Resource>): Promise<Resource>;
}

/**
 * Makes the stream of one call from a generator, and owns its abort. An async generator alone cannot: parked at `yield` it does not
 * run its `finally` when a signal fires, and parked at `await` its `return()` hangs.
 *
 * - The first read starts the body. One reader.
 * - When the signal fires, what was opened is closed at once; the stream ends within 50 ms on the call's clock, quietly, after at most
 *   a last `usage` event.
 * - A body that throws closes what it opened, then the error reaches the reader.
 * - A reader that leaves (`break`) closes everything too.
 */
export function callStream<Event extends { readonly type: string }>(
  request: Pick<CallOptions, 'signal' | 'clock'>,
  body: (call: Call) => AsyncGenerator<Event, void, void>,
): AsyncIterable<Event> {
  let opened = false;
  return {
    [Symbol.asyncIterator]() {
      if (opened) throw new Error('the stream of a call is read once');
      opened = true;
      return new CallIterator(request, body);
    },
  };
}

type Result<Event> = IteratorResult<Event, undefined>;
const ended = { done: true, value: undefined } as const;

class CallIterator<Event extends { readonly type: string }> implements AsyncIterator<Event, undefined> {
  readonly #request: Pick<CallOptions, 'signal' | 'clock'>;
  readonly #body: (call: Call) => AsyncGenerator<Event, void, void>;
  readonly #link;
  readonly #resources: (Disposable | AsyncDisposable)[] = [];
  #generator: AsyncGenerator<Event, void, void> | undefined;
  #state: 'idle' | 'running' | 'ending' | 'ended' = 'idle';
  #pending: { readonly resolve: (result: Result<Event>) => void; readonly reject: (error: unknown) => void } | undefined;
  #cancelGrace: (() => void) | undefined;

  constructor(request: Pick<CallOptions, 'signal' | 'clock'>, body: (call: Call) => AsyncGenerator<Event, void, void>) {
    this.#request = request;
    this.#body = body;
    this.#link = linkSignals(request.signal);
    if (this.#link.signal.aborted) this.#finish();
    else this.#link.signal.addEventListener('abort', () => this.#onAbort(), { once: true });
  }

  next(): Promise<Result<Event>> {
    if (this.#state === 'ended') return Promise.resolve(ended);
    if (this.#pending !== undefined) throw new Error('the stream of a call has one reader: wait for the read that is under way');
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#pull();
    });
  }

  async return(): Promise<Result<Event>> {
    if (this.#state !== 'ended') {
      this.#link.abort();
      this.#finish();
    }
    return ended;
  }

  #pull(): void {
    if (this.#generator === undefined) {
      this.#state = 'running';
      this.#generator = this.#body({ signal: this.#link.signal, open: (resource) => this.#open(resource) });
    }
    this.#generator.next().then(
      (result) => this.#onResult(result),
      (error: unknown) => this.#onError(error),
    );
  }

  #onResult(result: IteratorResult<Event, void>): void {
    if (this.#state === 'ended') return;
    if (result.done === true) {
      this.#finish();
    } else if (this.#state === 'ending' && result.value.type !== 'usage') {
      // What was under way when the signal fired is wanted by nobody; the receipt is.
      this.#pull();
    } else {
      const pending = this.#pending;
      this.#pending = undefined;
      pending?.resolve({ done: false, value: result.value });
    }
  }

  #onError(error: unknown): void {
    if (this.#state === 'ended') return;
    const isQuiet = this.#state === 'ending' || (this.#request.signal.aborted && isAbortError(error));
    this.#finish(isQuiet ? undefined : { error });
  }

  #onAbort(): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'idle') return this.#finish();
    this.#state = 'ending';
    this.#close();
    this.#cancelGrace = this.#request.clock.after(graceMs, () => this.#finish());
    // With nobody reading, no result would ever bring the generator to its end.
    if (this.#pending === undefined) this.#leave();
  }

  #finish(failure?: { readonly error: unknown }): void {
    this.#state = 'ended';
    this.#cancelGrace?.();
    this.#link[Symbol.dispose]();
    this.#close();
    this.#leave();
    const pending = this.#pending;
    this.#pending = undefined;
    if (failure === undefined) pending?.resolve(ended);
    else pending?.reject(failure.error);
  }

  /** Lets the body's own `finally` run, if it can; nobody waits for it. */
  #leave(): void {
    this.#generator?.return().catch(() => {});
  }

  async #open<Resource extends Disposable | AsyncDisposable>(resource: Resource | Promise<Resource>): Promise<Resource> {
    const ready = await resource;
    if (this.#state === 'running') this.#resources.push(ready);
    else dispose(ready);
    return ready;
  }

  #close(): void {
    for (const resource of this.#resources.splice(0).reverse()) dispose(resource);
  }
}

/** A failure to close has nobody to go to: the call is over. */
function dispose(resource: Disposable | AsyncDisposable): void {
  try {
    if (Symbol.asyncDispose in resource) resource[Symbol.asyncDispose]().then(undefined, () => {});
    else resource[Symbol.dispose]();
  } catch {
    // As above.
  }
}
