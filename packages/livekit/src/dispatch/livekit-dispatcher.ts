import type { Dispatcher, DispatcherEvent } from '@parley/core/provider';
import { holdClock, linkSignals } from '@parley/core/provider-kit';
import { type LiveKitDispatcherOptions, type Registration, readRegistration } from './dispatcher-options.js';
import { readAccount } from './server-account.js';
import { transportUrl } from './transport-url.js';
import type { DispatchedWorker, WorkerRun } from './worker-run.js';

/**
 * Takes jobs from a LiveKit server, of one's own or in LiveKit's cloud.
 *
 * Reading `run` connects and registers; it stays registered, and connects anew for as long as it takes, until the worker's signal fires, the
 * reader leaves, or the dispatcher is disposed of. It ends with an error only if it could not register to begin with: at once where the key is
 * refused, else after `maxRetry` attempts.
 *
 * Drain by saying `accepting: false` in `load`, rejecting what is still offered, and ending the run when the last job has ended: a server
 * forgets the jobs of a worker that has hung up.
 *
 * @example
 * ```ts
 * const dispatcher = livekitDispatcher({ agentName: 'front-desk' });
 * const worker = new Worker({ agent: new URL('./agent.js', import.meta.url), dispatcher });
 * await worker.run();
 * ```
 *
 * @throws {TypeError} An option cannot be. What is missing is found when it is run, for it may come from the environment.
 */
export function livekitDispatcher(options: LiveKitDispatcherOptions = {}): Dispatcher {
  const registration = readRegistration(options);
  const instance = linkSignals();
  const ending = new Set<Promise<void>>();
  return {
    transport: transportUrl(),
    run: (worker) => ({
      [Symbol.asyncIterator]: () => iterate({ options, registration, worker, instance, ending }),
    }),
    async [Symbol.asyncDispose]() {
      instance.abort();
      await Promise.all(ending);
    },
  };
}

interface Run {
  readonly options: LiveKitDispatcherOptions;
  readonly registration: Registration;
  readonly worker: DispatchedWorker;
  readonly instance: ReturnType<typeof linkSignals>;
  /** Runs that are hanging up. */
  readonly ending: Set<Promise<void>>;
}

/** Starts with the first read, and ends by itself when a signal fires, whether anybody reads or not. */
function iterate({ options, registration, worker, instance, ending }: Run): AsyncIterator<DispatcherEvent, undefined> {
  const link = linkSignals(worker.signal, instance);
  let started: Promise<WorkerRun> | undefined;
  const start = async () => {
    const account = readAccount(options);
    // What knows LiveKit's messages takes 20 MB: a process that only runs jobs never loads it.
    const { WorkerRun } = await holdClock(worker.clock, () => import('./worker-run.js'));
    const run = new WorkerRun({ account, registration, worker, options });
    link.onAbort(() => {
      const ended = run.end().finally(() => ending.delete(ended));
      ending.add(ended);
    });
    if (!link.aborted) run.start();
    return run;
  };
  const finish = () => {
    link.abort();
    link[Symbol.dispose]();
  };
  return {
    async next() {
      if (link.aborted) return over();
      try {
        const run = await (started ??= start());
        const result = await run.next();
        if (result.done === true) finish();
        return result;
      } catch (error) {
        finish();
        throw error;
      }
    },
    async return() {
      finish();
      return over();
    },
  };
}

const over = (): IteratorResult<DispatcherEvent, undefined> => ({ done: true, value: undefined });
