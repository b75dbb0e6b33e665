import { APITimeoutError } from '../provider/api-error.js';
import type { CallOptions } from '../provider/call-options.js';
import { linkSignals } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { readUntilAbort } from '../stream/read-until-abort.js';

export interface FirstOutput<Event extends { readonly type: string }> {
  readonly provider: string;
  readonly limitMs: number;
  readonly start: (signal: AbortSignal, watch: { readonly begin: () => void }) => AsyncIterable<Event>;
  readonly isOutput: (event: Event) => boolean;
}

/**
 * A model's stream, which must say something within a limit once it has something to say it to: `begin`, given to `start`, tells when that
 * is. After its first output whoever reads it watches over it.
 *
 * @throws {APITimeoutError} It said nothing.
 */
export async function* withFirstOutput<Event extends { readonly type: string }>(
  { clock, signal: parent }: CallOptions,
  { provider, limitMs, start, isOutput }: FirstOutput<Event>,
): AsyncGenerator<Event, void, void> {
  using link = linkSignals(parent);
  using patience = new Patience(clock, () => link.abort());
  const { signal } = link;
  let hasBegun = false;
  const begin = () => {
    if (!hasBegun && !link.aborted) patience.expect(limitMs);
    hasBegun = true;
  };
  try {
    for await (const event of readUntilAbort(start(signal, { begin }), { signal, clock })) {
      // Too late; what it cost is known all the same.
      if (signal.aborted && event.type !== 'usage') continue;
      if (isOutput(event)) {
        hasBegun = true;
        patience.pause();
      }
      yield event;
    }
  } catch (error) {
    if (!patience.isOver) throw error;
  } finally {
    link.abort();
  }
  if (patience.isOver) throw new APITimeoutError(`said nothing for ${limitMs} ms`, { provider });
}
