import type { CallOptions } from '../provider/call-options.js';
import { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';

/** How long a stream may take to end after an abort: contract, point 3. */
const graceMs = 50;

/** Events that may come and be dropped after an abort: beyond that it is a body that never waits, which would stop the whole process. */
const mostDropped = 100_000;

/** What the body of a call is given. */
export interface Call {
  /** Fires when the request's signal does, and when the reader leaves. Pass it to whatever the call starts. */
  readonly signal: AbortSignal;
  /**
   * Holds what the call opened, and closes it when the call ends in any way: at once on abort, even if nobody reads any more. What arrives
   * too late is closed as soon as it is there. Closed in the reverse order of opening; a failure to close is nobody's, and ignored.
   */
  open<Resource extends Disposable | AsyncDisposable>(resource: Resource | Promise<Resource>): Promise<Resource>;
}

type Request = Pick<CallOptions, 'signal' | 'clock'>;
type Body<Event> = (call: Call) => AsyncGenerator<Event, void, void>;

/**
 * Makes the stream of one call from a generator, and owns its abort. An async generator alone cannot: parked at `yield` it does not
 * run its `finally` when a signal fires, and parked at `await` its `return()` hangs.
 *
 * - The first read starts the body; a call whose signal fired before that ends without it. One reader.
 * - When the signal fires, what was opened is closed at once; the stream ends within 50 ms on the call's clock, quietly, after at most
 *   one more `usage` event. Nothing else is handed on, and no error.
 * - A body that throws closes what it opened, then the error reaches the reader.
 * - A reader that leaves (`break`) closes everything too, and never waits for the body.
 */
export function callStream<Event extends { readonly type: string }>(request: Request, body: Body<Event>): AsyncIterable<Event> {
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
  readonly #request: Request;
  readonly #body: Body<Event>;
  readonly #resources: (Disposable | AsyncDisposable)[] = [];
  #link: LinkedSignal | undefined;
  #generator: AsyncGenerator<Event, void, void> | undefined;
  #state: 'idle' | 'running' | 'ending' | 'ended' = 'idle';
  #pending: { readonly resolve: (result: Result<Event>) => void; readonly reject: (error: unknown) => void } | undefined;
  #graceEndMs = Infinity;
  #cancelGrace: (() => void) | undefined;
  #dropped = 0;

  constructor(request: Request, body: Body<Event>) {
    this.#request = request;
    this.#body = body;
  }

  next(): Promise<Result<Event>> {
    if (this.#pending !== undefined) throw new Error('the stream of a call has one reader: wait for the read that is under way');
    try {
      if (this.#state === 'idle') this.#start();
    } catch (error) {
      return Promise.reject(error);
    }
    const generator = this.#generator;
    if (this.#state === 'ended' || generator === undefined) return Promise.resolve(ended);
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#pull(generator);
    });
  }

  return(): Promise<Result<Event>> {
    if (this.#state === 'running') this.#link?.abort();
    this.#finish();
    return Promise.resolve(ended);
  }

  /** @throws What a body throws that is no generator function but returns one. */
  #start(): void {
    if (this.#request.signal.aborted) return this.#finish();
    const link = linkSignals(this.#request.signal);
    this.#link = link;
    link.signal.addEventListener('abort', () => this.#onAbort(), { once: true });
    this.#state = 'running';
    try {
      this.#generator = this.#body({ signal: link.signal, open: (resource) => this.#open(resource) });
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  #pull(generator: AsyncGenerator<Event, void, void>): void {
    generator.next().then(
      (result) => this.#onResult(result, generator),
      (error: unknown) => this.#onError(error),
    );
  }

  #onResult(result: IteratorResult<Event, void>, generator: AsyncGenerator<Event, void, void>): void {
    if (this.#state === 'ended') return;
    if (result.done === true) return this.#finish();
    if (this.#state === 'ending' && result.value.type !== 'usage') {
      // What was under way when the signal fired is wanted by nobody; the receipt is.
      this.#dropped += 1;
      const isTooMuch = this.#dropped > mostDropped || this.#request.clock.now() >= this.#graceEndMs;
      return isTooMuch ? this.#finish() : this.#pull(generator);
    }
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve({ done: false, value: result.value });
    if (this.#state === 'ending') this.#finish();
  }

  #onError(error: unknown): void {
    if (this.#state === 'ended') return;
    this.#finish(this.#state === 'ending' ? undefined : { error });
  }

  /**
   * Closes all at once. The body goes on for as long as it may: the receipt that it still has is handed on if somebody reads, and its own
   * `finally` runs in the end.
   */
  #onAbort(): void {
    if (this.#state !== 'running') return;
    this.#state = 'ending';
    this.#close();
    const { clock } = this.#request;
    this.#graceEndMs = clock.now() + graceMs;
    this.#cancelGrace = clock.after(graceMs, () => this.#finish());
  }

  #finish(failure?: { readonly error: unknown }): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#cancelGrace?.();
    this.#link?.[Symbol.dispose]();
    this.#close();
    // Lets the body's own `finally` run, if it can; nobody waits for it.
    this.#generator?.return().then(undefined, () => {});
    const pending = this.#pending;
    this.#pending = undefined;
    if (failure === undefined) pending?.resolve(ended);
    else pending?.reject(failure.error);
  }

  async #open<Resource extends Disposable | AsyncDisposable>(resource: Resource | Promise<Resource>): Promise<Resource> {
    const ready = await resource;
    if (this.#state === 'running') this.#resources.push(ready);
    else dispose(ready);
    return ready;
  }

  #close(): void {
    for (const resource of this.#resources.splice(0).toReversed()) dispose(resource);
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
