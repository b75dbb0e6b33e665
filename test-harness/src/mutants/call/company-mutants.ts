import { setImmediate } from 'node:timers/promises';
import { APIConnectionError } from '@parley/core/provider';
import type { CallKind } from '../../rules/call/manner.js';
import type { Mutant } from '../mutant.js';
import type { Breakable, EventOf, Start } from './breakable.js';
import { maker } from './make-mutant.js';
import { fieldsOf } from './stream-edits.js';

const ended = { done: true, value: undefined } as const;

/** One call, as those beside it see it. */
interface Neighbour {
  /** It did not come just now. */
  hasSettled: boolean;
  /** It has given something, and nobody reads on. */
  isIdle: boolean;
  /** Ends it: with an error, or quietly. */
  readonly end: (error?: Error) => void;
}

interface Street {
  readonly neighbours: Set<Neighbour>;
  /** Calls whenever a neighbour reads, or is gone. */
  readonly onChange: Set<() => void>;
}

interface Manners {
  /** Waits for its neighbours before it gives anything. */
  readonly mustWait?: (street: Street, self: Neighbour) => boolean;
  readonly onAbort?: (street: Street, self: Neighbour) => void;
  readonly onFailure?: (street: Street, self: Neighbour, error: unknown) => void;
}

/** Waits for a neighbour to read, or to be gone. */
async function change({ onChange }: Street): Promise<void> {
  await new Promise<void>((resolve) => {
    const wake = () => {
      onChange.delete(wake);
      resolve();
    };
    onChange.add(wake);
  });
}

/** Calls of one instance that are in each other's way. */
function inTheWay<Kind extends CallKind>(manners: Manners): (start: Start<Kind>) => Start<Kind> {
  const street: Street = { neighbours: new Set(), onChange: new Set() };
  const changed = () => {
    for (const wake of street.onChange) wake();
  };
  return (start) => (request) => ({
    [Symbol.asyncIterator]() {
      const inner = start(request)[Symbol.asyncIterator]();
      let stop: (error?: Error) => void = () => {};
      const stopped = new Promise<typeof ended>((resolve, reject) => {
        stop = (error) => (error === undefined ? resolve(ended) : reject(error));
      });
      stopped.catch(() => {});
      const self: Neighbour = { hasSettled: false, isIdle: false, end: (error) => stop(error) };
      void setImmediate().then(() => (self.hasSettled = true));
      const onAbort = () => manners.onAbort?.(street, self);
      request.signal.addEventListener('abort', onAbort);
      const leave = () => {
        request.signal.removeEventListener('abort', onAbort);
        street.neighbours.delete(self);
        changed();
      };
      return {
        async next(): Promise<IteratorResult<EventOf<Kind>, undefined>> {
          street.neighbours.add(self);
          self.isIdle = false;
          changed();
          while (manners.mustWait?.(street, self) === true && !request.signal.aborted) await change(street);
          try {
            const result = await Promise.race([inner.next(), stopped]);
            self.isIdle = true;
            if (result.done !== true) return { done: false, value: result.value };
            leave();
            return ended;
          } catch (error) {
            leave();
            manners.onFailure?.(street, self, error);
            throw error;
          }
        },
        async return() {
          leave();
          await inner.return?.();
          return ended;
        },
      };
    },
  });
}

const others = ({ neighbours }: Street, self: Neighbour) => [...neighbours].filter((one) => one !== self);

/** Level 3 and 4, calls beside one another. */
export function companyMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  const broken = (error: Error) => new APIConnectionError(`broken by another call: ${error.message}`, { provider: 'reference' });
  return [
    make('3.14', 'serves two calls at a time', (instance) =>
      breakable.withStart(instance, inTheWay({ mustWait: (street, self) => [...street.neighbours].indexOf(self) >= 2 })),
    ),
    make('3.15', 'waits for a call that is read slowly', (instance) =>
      breakable.withStart(
        instance,
        inTheWay({ mustWait: (street, self) => others(street, self).some(({ isIdle }) => isIdle) && !self.isIdle }),
      ),
    ),
    make('3.16', 'ends all calls that were there when one is aborted', (instance) =>
      breakable.withStart(
        instance,
        inTheWay({
          onAbort: (street, self) => {
            for (const other of others(street, self)) if (other.hasSettled) other.end(broken(new Error('aborted')));
          },
        }),
      ),
    ),
    make('4.25', 'ends all calls quietly when the vendor tells of a failure in one', (instance) =>
      breakable.withStart(
        instance,
        inTheWay({
          onFailure: (street, self, error) => {
            if (fieldsOf(error).vendorCode === 'invalid-request') for (const other of others(street, self)) other.end();
          },
        }),
      ),
    ),
  ];
}
