import { realClock } from '@parley/core/provider-kit';
import type { CallKind } from '../../rules/call/manner.js';
import type { Mutant } from '../mutant.js';
import type { Breakable, EventOf, RequestOf, Start } from './breakable.js';
import { abortMutants } from './abort-mutants.js';
import { companyMutants } from './company-mutants.js';
import { failureMutants } from './failure-mutants.js';
import { type Break, maker } from './make-mutant.js';
import { editStream } from './stream-edits.js';

/** Plugins with something broken that any of these kinds can have broken. */
export function callMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  return [
    ...contractMutants(breakable),
    ...abortMutants(breakable),
    ...lifecycleMutants(breakable),
    ...companyMutants(breakable),
    ...failureMutants(breakable),
    ...timingMutants(breakable),
  ];
}

function contractMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  const edit = (change: (event: EventOf<Kind>, request: RequestOf<Kind>) => readonly EventOf<Kind>[]): Break<Kind> => {
    const around = (start: Start<Kind>) => (request: RequestOf<Kind>) => editStream(start(request), (event) => change(event, request));
    return (instance) => breakable.withStart(instance, around);
  };
  return [
    make('2.1', 'has no model', (instance) => ({ ...instance, model: '' })),
    make('2.2', 'has capabilities that can be changed', (instance) => ({ ...instance, capabilities: { ...instance.capabilities } })),
    make('2.3', 'asks the vendor before it is read', (instance) => breakable.withStart(instance, eagerly)),
    make(
      '2.4',
      'has an event of its own',
      edit((event) => (event.type === 'response-metadata' ? [{ ...event, type: 'note' }, event] : [event])),
    ),
    make(
      '2.5',
      'reports no response-metadata',
      edit((event) => (event.type === 'response-metadata' ? [] : [event])),
    ),
    make(
      '2.6',
      'reports its usage twice',
      edit((event, { signal }) => (event.type === 'usage' && !signal.aborted ? [event, event] : [event])),
    ),
    make(
      '2.7',
      'reports no usage on abort',
      edit((event, { signal }) => (event.type === 'usage' && signal.aborted ? [] : [event])),
    ),
  ];
}

/** Starts at the call. */
const eagerly =
  <Kind extends CallKind>(start: Start<Kind>): Start<Kind> =>
  (request) => {
    const inner = start(request)[Symbol.asyncIterator]();
    let first: Promise<IteratorResult<EventOf<Kind>, unknown>> | undefined = inner.next();
    first.catch(() => {});
    return {
      [Symbol.asyncIterator]: () => ({
        next() {
          const result = first ?? inner.next();
          first = undefined;
          return result;
        },
        return: () => inner.return?.() ?? Promise.resolve({ done: true as const, value: undefined }),
      }),
    };
  };

const hoard: Uint8Array[] = [];

function lifecycleMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  const onStart = (act: (request: RequestOf<Kind>) => void): Break<Kind> => {
    const around = (start: Start<Kind>) => (request: RequestOf<Kind>) => {
      act(request);
      return start(request);
    };
    return (instance) => breakable.withStart(instance, around);
  };
  return [
    make('3.8', 'leaves open what is open when it is closed', (instance) => ({ ...instance, close: async () => {} })),
    make('3.9', 'cannot be closed twice', (instance) => {
      let isClosed = false;
      const close = async () => {
        if (isClosed) throw new Error('closed already');
        isClosed = true;
        await instance.close?.();
      };
      return { ...instance, close };
    }),
    ...prewarmMutants(breakable),
    make(
      '3.12',
      'leaves a timer',
      onStart(({ clock }) => void (clock === realClock ? undefined : clock.after(1e9, () => {}))),
    ),
    make(
      '3.13',
      'leaves a listener',
      onStart(({ signal }) => signal.addEventListener('abort', () => {})),
    ),
    make(
      '3.18',
      'keeps something of each call',
      onStart(() => void hoard.push(new Uint8Array(500_000).fill(1))),
    ),
  ];
}

function prewarmMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  return [
    make('3.10', 'cannot be prewarmed twice', (instance) => {
      let isWarm = false;
      const prewarm: NonNullable<typeof instance.prewarm> = async (options) => {
        if (isWarm) throw new Error('warm already');
        isWarm = true;
        await instance.prewarm?.(options);
      };
      return { ...instance, prewarm };
    }),
    make('3.11', 'is broken by a prewarm that failed', (instance) => {
      let failure: unknown;
      const prewarm: NonNullable<typeof instance.prewarm> = async (options) => {
        try {
          await instance.prewarm?.(options);
        } catch (error) {
          failure = error;
          throw error;
        }
      };
      const around = (start: Start<Kind>) => (request: RequestOf<Kind>) => {
        return failure === undefined ? start(request) : failing(failure);
      };
      return { ...breakable.withStart(instance, around), prewarm };
    }),
  ];
}

/** A call that fails with its first read. */
const failing = (failure: unknown): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure) }),
});

/** Real time, of what is measured in it. */
const wait = (ms: number) => new Promise<void>((resolve) => realClock.after(ms, resolve));

function timingMutants<Kind extends CallKind>(breakable: Breakable<Kind>): readonly Mutant<Kind>[] {
  const make = maker(breakable);
  /** Where time is measured. */
  const slowly = (change: (stream: AsyncIterable<EventOf<Kind>>) => AsyncIterable<EventOf<Kind>>): Break<Kind> => {
    const around = (start: Start<Kind>) => (request: RequestOf<Kind>) =>
      request.clock === realClock ? change(start(request)) : start(request);
    return (instance) => breakable.withStart(instance, around);
  };
  return [
    make('5.1', 'takes its time', slowly(delayed)),
    make('5.2', 'gathers up what comes', slowly(gathered)),
    make('5.3', 'stops the process', slowly(blocking)),
  ];
}

async function* delayed<Event>(stream: AsyncIterable<Event>): AsyncGenerator<Event, void, void> {
  let count = 0;
  for await (const event of stream) {
    count += 1;
    if (count <= 3) await wait(20);
    yield event;
  }
}

const contentTypes: readonly string[] = ['text-delta', 'audio', 'transcript-final'];

/** Ten pieces come as they are, the rest at the end. */
async function* gathered<Event extends { readonly type: string }>(stream: AsyncIterable<Event>): AsyncGenerator<Event, void, void> {
  let count = 0;
  const held: Event[] = [];
  for await (const event of stream) {
    const isContent = contentTypes.includes(event.type);
    count += isContent ? 1 : 0;
    if (isContent && count > 10) {
      held.push(event);
      continue;
    }
    yield* held.splice(0);
    yield event;
  }
  yield* held;
}

/** Of the processor's time. */
const blockedMicroseconds = 200_000;

async function* blocking<Event>(stream: AsyncIterable<Event>): AsyncGenerator<Event, void, void> {
  let count = 0;
  for await (const event of stream) {
    count += 1;
    if (count === 60) for (const from = process.cpuUsage(); process.cpuUsage(from).user < blockedMicroseconds;);
    yield event;
  }
}
