import { APIError, type Dispatcher, type DispatcherEvent, type JobDescription, type JsonObject } from '@parley/core/provider';
import { createDeferred, linkSignals } from '@parley/core/provider-kit';

/** Nobody else decides on it, so there is no hurry. */
const offerMs = 60_000;

/** `file:` URL of the module that plays the caller in the job's process: a source beside this one, or built. */
const transport = new URL(import.meta.url.endsWith('.ts') ? './file-transport.ts' : './file-transport.mjs', import.meta.url).href;

/** Gives a worker one job, a call whose caller is a recording. */
export function fileCallDispatcher({ connection, metadata }: { readonly connection: JsonObject; readonly metadata: string }): Dispatcher {
  const job: JobDescription = { id: 'call-1', type: 'room', agentName: '', metadata, roomName: 'call' };
  return {
    transport,
    run: (worker) => oneJob(job, { connection, worker }),
    async [Symbol.asyncDispose]() {},
  };
}

interface Edge {
  readonly connection: JsonObject;
  readonly worker: Parameters<Dispatcher['run']>[0];
}

async function* oneJob(job: JobDescription, { connection, worker }: Edge): AsyncGenerator<DispatcherEvent> {
  using link = linkSignals(worker.signal);
  const over = createDeferred<void>();
  link.onAbort(() => over.resolve());
  yield { type: 'registered', workerId: 'call' };
  yield {
    type: 'offer',
    job,
    deadlineMs: worker.clock.now() + offerMs,
    accept: async () => ({ job, connection, transport, report: () => {}, redispatch: () => refuse(job), endRoom: () => refuse(job) }),
    reject: () => over.resolve(),
  };
  await over.promise;
}

const refuse = ({ id }: JobDescription): Promise<never> =>
  Promise.reject(new APIError(`job ${id} has no server`, { kind: 'unsupported', provider: 'parley', retryable: false }));
