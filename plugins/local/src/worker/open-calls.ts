import { APIError, type CallOptions } from '@parley/core/provider';
import { type Call, callStream, type LinkedSignal, linkSignals } from '@parley/core/provider-kit';

/** The calls of one instance, so that closing the instance ends them as an abort would. */
export class OpenCalls {
  readonly #links = new Set<LinkedSignal>();
  #isClosed = false;

  /**
   * The stream of one call: `callStream`, and it ends when the instance is closed.
   *
   * @throws {APIError} kind `invalid-request` at once, if the instance was closed.
   */
  stream<Event extends { readonly type: string }>(
    request: Pick<CallOptions, 'signal' | 'clock'>,
    body: (call: Call) => AsyncGenerator<Event, void, void>,
  ): AsyncIterable<Event> {
    this.assertOpen();
    const links = this.#links;
    const link = linkSignals(request.signal);
    const assertOpen = () => this.assertOpen();
    return callStream({ signal: link.signal, clock: request.clock }, async function* (call) {
      // The first read comes later than the call was made.
      assertOpen();
      links.add(link);
      await call.open({
        [Symbol.dispose]() {
          links.delete(link);
          link[Symbol.dispose]();
        },
      });
      yield* body(call);
    });
  }

  /** @throws {APIError} kind `invalid-request`, if the instance was closed. */
  assertOpen(): void {
    if (!this.#isClosed) return;
    throw new APIError('this instance was closed: make a new one', { kind: 'invalid-request', provider: 'local', retryable: false });
  }

  /** Harmless when done twice. */
  close(): void {
    this.#isClosed = true;
    for (const link of this.#links) link.abort();
  }
}
