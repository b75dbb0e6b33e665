import { randomUUID } from 'node:crypto';
import { APIError, type Dispatcher, type DispatcherEvent, type JobAssignment, type JobDescription } from '@parley/core/provider';
import { createDeferred, holdClock, linkSignals } from '@parley/core/provider-kit';
import { provider, readAccount } from './server-account.js';
import type { DispatchedWorker } from './worker-run.js';
import { transportUrl } from './transport-url.js';

export interface LiveKitRoomDispatcherOptions {
  /** The room's name. One that is not there is opened. */
  readonly room: string;
  /** What the agent finds in `context.info.metadata`. */
  readonly metadata?: string | null | undefined;
  /** As for `livekitDispatcher`, from the environment unless given. */
  readonly url?: string | null | undefined;
  readonly apiKey?: string | null | undefined;
  readonly apiSecret?: string | null | undefined;
}

/** Nobody else decides on it, so there is no hurry. */
const offerMs = 60_000;

/**
 * Gives a worker one job, at once: the agent for this room, whoever the server would have asked. For trying an agent in a room that is open.
 * The worker is not known to the server; the job is neither asked for again nor taken back.
 *
 * @throws {TypeError} The room's name is empty. What else is missing is found when it is run.
 */
export function livekitRoomDispatcher(options: LiveKitRoomDispatcherOptions): Dispatcher {
  if (typeof options.room !== 'string' || options.room.trim() === '')
    throw new TypeError('livekitRoomDispatcher: option "room" is the name of a room, and not empty');
  const instance = linkSignals();
  return {
    transport: transportUrl(),
    run: (worker) => oneJob(options, { worker, instance }),
    async [Symbol.asyncDispose]() {
      instance.abort();
    },
  };
}

interface Edge {
  readonly worker: DispatchedWorker;
  readonly instance: ReturnType<typeof linkSignals>;
}

async function* oneJob(options: LiveKitRoomDispatcherOptions, { worker, instance }: Edge): AsyncGenerator<DispatcherEvent> {
  const { clock, logger, signal } = worker;
  using link = linkSignals(signal, instance);
  const over = createDeferred<void>();
  link.onAbort(() => over.resolve());
  const account = readAccount(options);
  // What knows LiveKit's messages takes 20 MB: a process that only runs jobs never loads it.
  const { ServerApi } = await holdClock(clock, () => import('./server-api.js'));
  const api = new ServerApi(account, clock);
  const job: JobDescription = {
    id: `local-${randomUUID().slice(0, 8)}`,
    type: 'room',
    agentName: '',
    metadata: options.metadata ?? '',
    roomName: options.room,
  };
  if (await api.openRoom(options.room)) logger.log('info', 'the room was not there, and is open now', { room: options.room });
  yield { type: 'registered', workerId: job.id };
  yield {
    type: 'offer',
    job,
    deadlineMs: clock.now() + offerMs,
    accept: async (as) => ({
      ...refusals(job),
      job,
      connection: { url: account.address.roomUrl, token: await api.agentToken(options.room, as) },
      transport: transportUrl(),
      report: () => {},
      endRoom: () => api.endRoom(job),
    }),
    reject: () => over.resolve(),
  };
  await over.promise;
}

const refusals = ({ id }: JobDescription): Pick<JobAssignment, 'redispatch'> => ({
  redispatch: () =>
    Promise.reject(
      new APIError(`job ${id} was made here, and no server could offer it again`, { kind: 'unsupported', provider, retryable: false }),
    ),
});
