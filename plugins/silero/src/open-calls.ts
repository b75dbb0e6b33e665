import { APIError } from '@parley/core/provider';

/** The calls of one instance that are under way, so that closing the instance can end them. */
export class OpenCalls {
  readonly #ends = new Set<() => Promise<unknown>>();
  #isClosed = false;

  /** @throws {APIError} kind `invalid-request`: the instance has been closed. */
  assertOpen(): void {
    if (!this.#isClosed) return;
    throw new APIError('this VAD has been closed: make another one for further calls', {
      kind: 'invalid-request',
      provider: 'silero',
      retryable: false,
    });
  }

  /** A call's stream, which is given how to end itself: as if its reader had left. */
  endable<Event>(create: (end: () => Promise<unknown>) => AsyncIterable<Event>): AsyncIterable<Event> {
    let reader: AsyncIterator<Event> | undefined;
    const stream = create(async () => reader?.return?.());
    return {
      [Symbol.asyncIterator]() {
        reader = stream[Symbol.asyncIterator]();
        return reader;
      },
    };
  }

  /** From its first read until it is disposed, the call is one of those that `close` ends. @throws {APIError} as `assertOpen`. */
  enter(end: () => Promise<unknown>): Disposable {
    this.assertOpen();
    this.#ends.add(end);
    return { [Symbol.dispose]: () => this.#ends.delete(end) };
  }

  /** Ends them all; none can begin any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#ends].map((end) => end()));
  }
}
