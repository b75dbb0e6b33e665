import { APIError } from '@parley/core/provider';
import type { CallKind } from '../../rules/call/manner.js';
import type { Mutant } from '../mutant.js';
import type { Breakable, EventOf, RequestOf, Start } from './breakable.js';
import { type Break, maker } from './make-mutant.js';
import { changed, editFailure, fieldsOf } from './stream-edits.js';

/** A socket that broke, or a body that did. */
const isBreak = (error: unknown): boolean => {
  const { vendorCode, message, kind } = fieldsOf(error);
  return vendorCode === '1006' || (kind === 'connection' && message.endsWith('the connection broke'));
};
/** Ended cleanly, before the mark of the end. */
const isCut = (error: unknown): boolean => {
  const { vendorCode, message } = fieldsOf(error);
  return vendorCode === '1000' || message.endsWith('ended before it was complete');
};

type EditFailure = (error: unknown, hasEvents: boolean) => unknown;

/** Level 4: errors that are not as the contract has them. */
export function failureMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  return [
    ...statusMutants(breakable),
    ...errorMutants(breakable),
    make(
      '4.6',
      'has a deadline of its own, and no error for it',
      // On a socket only a handshake has one.
      breakable.wire.transport === 'websocket'
        ? failingWith(breakable)((error) => (fieldsOf(error).kind === 'timeout' ? new Error('too slow') : error))
        : impatient(breakable, { hasEvents: false, afterMs: 3000, error: new Error('too slow') }),
    ),
    make('4.7', 'takes a stall for the end', impatient(breakable, { hasEvents: true, afterMs: 55_000 })),
    make(
      '4.16',
      'tries again by itself',
      again(breakable, (error, hasEvents) => !hasEvents && fieldsOf(error).status !== undefined),
    ),
    make('4.17', 'delivers again what it had when its connection broke', redelivering(breakable)),
    quotesTheKey(breakable),
    {
      ...make('4.19', 'cannot be made without a key', (instance) => instance),
      create: (settings) => {
        if (settings.apiKey === '')
          throw new APIError('there is no key', { kind: 'authentication', provider: 'reference', retryable: false });
        return breakable.create(settings);
      },
    },
  ];
}

const failingWith =
  <Kind extends CallKind>(breakable: Breakable<Kind>) =>
  (change: EditFailure): Break<Kind> => {
    const around = (start: Start<Kind>) => (request: RequestOf<Kind>) => editFailure(start(request), change);
    return (instance) => breakable.withStart(instance, around);
  };

function errorMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  const edit = failingWith(breakable);
  return [
    make(
      '4.1',
      'hands on the error of the socket',
      edit((error, hasEvents) => (isUnreached(error, hasEvents) ? new Error('ECONNREFUSED') : error)),
    ),
    make(
      '4.8',
      'takes an answer that was cut for a whole one',
      edit((error, hasEvents) => (isCut(error) && hasEvents ? undefined : error)),
    ),
    make(
      '4.9',
      'says that a broken connection is final',
      edit((error, hasEvents) => (isBreak(error) && hasEvents ? changed(error, { retryable: false }) : error)),
    ),
    make(
      '4.14',
      'gives up where the vendor tells that it is busy',
      edit((error) => (isBusy(error) ? changed(error, { retryable: false }) : error)),
    ),
  ];
}

function statusMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  const onStatus = (wanted: (status: number) => boolean, change: (error: unknown) => unknown): Break<Kind> =>
    failingWith(breakable)((error) => (wanted(fieldsOf(error).status ?? 0) ? change(error) : error));
  return [
    make(
      '4.2',
      'tries a wrong key again',
      onStatus(
        (status) => status === 401 || status === 403,
        (error) => changed(error, { retryable: true }),
      ),
    ),
    make(
      '4.3',
      'does not say how long to wait',
      onStatus(
        (status) => status === 429,
        (error) => changed(error, { retryAfterMs: 0 }),
      ),
    ),
    make(
      '4.4',
      'gives up where the vendor fails',
      onStatus(
        (status) => status >= 500,
        (error) => changed(error, { retryable: false }),
      ),
    ),
    make(
      '4.5',
      'tries a wrong request again',
      onStatus(
        (status) => [400, 404, 422].includes(status),
        (error) => changed(error, { retryable: true }),
      ),
    ),
    make(
      '4.23',
      'names another provider than its own',
      onStatus(
        (status) => status === 503,
        (error) => changed(error, { provider: 'somebody' }),
      ),
    ),
  ];
}

const isUnreached = (error: unknown, hasEvents: boolean): boolean => !hasEvents && fieldsOf(error).kind === 'connection';
const isBusy = (error: unknown): boolean => fieldsOf(error).status === undefined && fieldsOf(error).vendorCode === 'rate-limit';

function quotesTheKey<Kind extends CallKind>(breakable: Breakable<Kind>): Mutant<Kind> {
  return {
    ...maker(breakable)('4.18', 'quotes the key in an error', (instance) => instance),
    create: (settings) => {
      const quote = (error: unknown) =>
        fieldsOf(error).status === 401 ? changed(error, { text: `the vendor does not know the key ${settings.apiKey ?? ''}` }) : error;
      return breakable.withStart(breakable.create(settings), (start) => (request) => editFailure(start(request), quote));
    },
  };
}

interface Impatience {
  /** Whether it looks at calls that have given something, or at those that have not. */
  readonly hasEvents: boolean;
  readonly afterMs: number;
  /** Undefined: it ends quietly. */
  readonly error?: Error;
}

/** Waits for an event for so long, on the call's clock. */
function impatient<Kind extends CallKind>(breakable: Breakable<Kind>, { hasEvents, afterMs, error }: Impatience): Break<Kind> {
  const around =
    (start: Start<Kind>) =>
    (request: RequestOf<Kind>): AsyncIterable<EventOf<Kind>> => ({
      [Symbol.asyncIterator]() {
        const inner = start(request)[Symbol.asyncIterator]();
        let count = 0;
        return {
          async next(): Promise<IteratorResult<EventOf<Kind>, undefined>> {
            let cancel: () => void = () => {};
            const over = new Promise<IteratorResult<EventOf<Kind>, undefined>>((resolve, reject) => {
              if (count > 0 !== hasEvents) return;
              const give = () => (error === undefined ? resolve({ done: true, value: undefined }) : reject(error));
              cancel = request.clock.after(afterMs, give);
            });
            try {
              const result = await Promise.race([inner.next(), over]);
              count += 1;
              return result.done === true ? { done: true, value: undefined } : { done: false, value: result.value };
            } finally {
              cancel();
            }
          },
          async return() {
            await inner.return?.();
            return { done: true, value: undefined };
          },
        };
      },
    });
  return (instance) => breakable.withStart(instance, around);
}

/** Gives its last event once more before it fails. */
const redelivering = <Kind extends CallKind>(breakable: Breakable<Kind>): Break<Kind> => {
  const around =
    (start: Start<Kind>): Start<Kind> =>
    (request) => ({
      [Symbol.asyncIterator]() {
        const inner = start(request)[Symbol.asyncIterator]();
        let last: EventOf<Kind> | undefined;
        let failure: unknown;
        return {
          async next(): Promise<IteratorResult<EventOf<Kind>, undefined>> {
            if (failure !== undefined) return Promise.reject(failure);
            try {
              const result = await inner.next();
              if (result.done === true) return { done: true, value: undefined };
              last = result.value;
              return { done: false, value: result.value };
            } catch (error) {
              if (!isBreak(error) || last === undefined) throw error;
              failure = error;
              return { done: false, value: last };
            }
          },
          async return() {
            await inner.return?.();
            return { done: true, value: undefined };
          },
        };
      },
    });
  return (instance) => breakable.withStart(instance, around);
};

/** Starts a call once more where it failed so, unless the instance was closed. */
function again<Kind extends CallKind>(breakable: Breakable<Kind>, isWanted: (error: unknown, hasEvents: boolean) => boolean): Break<Kind> {
  return (instance) => {
    let isClosed = false;
    const around =
      (start: Start<Kind>) =>
      (request: RequestOf<Kind>): AsyncIterable<EventOf<Kind>> => ({
        [Symbol.asyncIterator]() {
          let inner = start(request)[Symbol.asyncIterator]();
          let [hasEvents, hasTried] = [false, false];
          return {
            async next(): Promise<IteratorResult<EventOf<Kind>, undefined>> {
              try {
                const result = await inner.next();
                hasEvents = true;
                return result.done === true ? { done: true, value: undefined } : { done: false, value: result.value };
              } catch (error) {
                if (hasTried || isClosed || !isWanted(error, hasEvents)) throw error;
                hasTried = true;
                inner = start(request)[Symbol.asyncIterator]();
                return this.next();
              }
            },
            async return() {
              await inner.return?.();
              return { done: true, value: undefined };
            },
          };
        },
      });
    const close = async () => {
      isClosed = true;
      await instance.close?.();
    };
    return { ...breakable.withStart(instance, around), close };
  };
}
