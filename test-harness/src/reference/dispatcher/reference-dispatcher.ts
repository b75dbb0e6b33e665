import type { Dispatcher, DispatcherEvent } from '@parley/core/provider';
import { linkSignals } from '@parley/core/provider-kit';
import type { DispatcherEnds } from '../../ends/dispatcher-ends.js';
import { MemoryJobServer } from './memory-job-server.js';
import { WorkerRun } from './worker-run.js';

/** Hands out jobs from a server in this process, whose connection can break. */
export function createReferenceDispatcher(): DispatcherEnds {
  const server = new MemoryJobServer();
  const instance = linkSignals();
  const port: Dispatcher = {
    run: (worker) => ({
      [Symbol.asyncIterator]() {
        const link = linkSignals(worker.signal, instance);
        const run = new WorkerRun(server, worker);
        // Ends by itself when the signal fires, whether anybody reads or not.
        link.onAbort(() => {
          link[Symbol.dispose]();
          run.end();
        });
        if (!link.aborted) run.start();
        const events = run.events;
        return {
          next: () => events.next(),
          async return(): Promise<IteratorResult<DispatcherEvent, undefined>> {
            link.abort();
            return { done: true, value: undefined };
          },
        };
      },
    }),
    async [Symbol.asyncDispose]() {
      instance.abort();
    },
  };
  return { port, server, [Symbol.asyncDispose]: () => port[Symbol.asyncDispose]() };
}
