import { type APIErrorOptions, APIError, isAPIError } from '@parley/core/provider';

/** Each event, changed: to none, one or several. By hand: a generator would not end as the stream does. */
export function editStream<Event>(stream: AsyncIterable<Event>, edit: (event: Event) => readonly Event[]): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]();
      const waiting: Event[] = [];
      const next = async (): Promise<IteratorResult<Event, undefined>> => {
        while (waiting.length === 0) {
          const result = await inner.next();
          if (result.done === true) return { done: true, value: undefined };
          waiting.push(...edit(result.value));
        }
        const [value] = waiting.splice(0, 1);
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      };
      return {
        next,
        async return() {
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** What a call fails with, and whether events had come, changed. An error that is given back is thrown; undefined ends the stream quietly. */
export function editFailure<Event>(
  stream: AsyncIterable<Event>,
  edit: (error: unknown, hasEvents: boolean) => unknown,
): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]();
      let hasEvents = false;
      return {
        async next(): Promise<IteratorResult<Event, undefined>> {
          try {
            const result = await inner.next();
            if (result.done === true) return { done: true, value: undefined };
            hasEvents = true;
            return result;
          } catch (error) {
            const changed = edit(error, hasEvents);
            if (changed === undefined) return { done: true, value: undefined };
            return Promise.reject(changed);
          }
        },
        async return() {
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** The same error of the contract with other fields. */
export function changed(error: unknown, fields: Partial<APIErrorOptions> & { readonly text?: string }): unknown {
  if (!isAPIError(error)) return error;
  const { kind, provider, retryable, status, vendorCode, requestId, retryAfterMs } = error;
  const given = { kind, provider, retryable, status, vendorCode, requestId, retryAfterMs, ...fields };
  const { text = error.message.slice(provider.length + 2), ...all } = given;
  const known: Partial<APIErrorOptions> = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new APIError(text, { kind, provider, retryable, ...known });
}

export const fieldsOf = (
  error: unknown,
): { readonly kind?: string; readonly status?: number; readonly vendorCode?: string; readonly message: string } =>
  isAPIError(error) ? error : { message: '' };
