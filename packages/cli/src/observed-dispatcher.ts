import type { Dispatcher, DispatcherEvent, JobAssignment } from '@parley/core/provider';

export interface DispatcherObserver {
  readonly onRegistered?: () => void;
  /** A job has ended. */
  readonly onEnd?: (status: 'succeeded' | 'failed') => void;
}

/** The dispatcher as it is, with a word on what happens to it. */
export function observedDispatcher(dispatcher: Dispatcher, observer: DispatcherObserver): Dispatcher {
  return {
    ...(dispatcher.transport === undefined ? {} : { transport: dispatcher.transport }),
    run: (worker) => observedEvents(dispatcher.run(worker), observer),
    [Symbol.asyncDispose]: () => dispatcher[Symbol.asyncDispose](),
  };
}

async function* observedEvents(events: AsyncIterable<DispatcherEvent>, observer: DispatcherObserver): AsyncGenerator<DispatcherEvent> {
  for await (const event of events) {
    if (event.type === 'registered') observer.onRegistered?.();
    yield event.type === 'offer'
      ? { ...event, accept: async (as) => observedAssignment(await event.accept(as), observer), reject: (options) => event.reject(options) }
      : event;
  }
}

const observedAssignment = (assignment: JobAssignment, { onEnd }: DispatcherObserver): JobAssignment => ({
  ...assignment,
  report(status, error) {
    assignment.report(status, error);
    if (status !== 'running') onEnd?.(status);
  },
  redispatch: () => assignment.redispatch(),
  endRoom: () => assignment.endRoom(),
});
