import type { CallOptions } from '@parley/core/provider';
import { type Call, callStream, linkSignals } from '@parley/core/provider-kit';

/** The calls of one instance: each ends by its own signal, and all of them when the instance is closed. */
export class OpenCalls {
  readonly #instance = linkSignals();

  /** Fires when the instance is closed. */
  get signal(): AbortSignal {
    return this.#instance.signal;
  }

  stream<Event extends { readonly type: string }>(
    { signal, clock }: Pick<CallOptions, 'signal' | 'clock'>,
    body: (call: Call) => AsyncGenerator<Event, void, void>,
  ): AsyncIterable<Event> {
    const instance = this.#instance;
    return {
      [Symbol.asyncIterator]() {
        const link = linkSignals(signal, instance);
        const stream = callStream<Event>({ signal: link.signal, clock }, async function* (call) {
          await call.open(link);
          yield* body(call);
        });
        return stream[Symbol.asyncIterator]();
      },
    };
  }

  close(): Promise<void> {
    this.#instance.abort();
    return Promise.resolve();
  }
}
