import { JobStatus, JobType, ParticipantPermission, WorkerMessage, WorkerStatus } from '@livekit/protocol';
import type { Registration } from './dispatcher-options.js';
import { toldLoad, type WorkerLoad } from './told-load.js';

export type JobReport = 'running' | 'succeeded' | 'failed';

export type OfferAnswer =
  | {
      readonly type: 'accept';
      /** Not empty: the server would issue a token with which nobody can join. */
      readonly identity: string;
      readonly name: string;
      readonly metadata: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  /** `final`: no other worker is asked. */
  | { readonly type: 'reject'; readonly final: boolean };

/** What a worker says on the agent socket. */
export type WorkerEvent =
  | { readonly type: 'register'; readonly registration: Registration }
  | { readonly type: 'load'; readonly load: WorkerLoad }
  | { readonly type: 'answer'; readonly jobId: string; readonly answer: OfferAnswer }
  | { readonly type: 'report'; readonly jobId: string; readonly status: JobReport; readonly error: string }
  /** Jobs that the worker still runs, of the time before it registered anew. */
  | { readonly type: 'migrate'; readonly jobIds: readonly string[] };

const jobTypes = { room: JobType.JT_ROOM, publisher: JobType.JT_PUBLISHER, participant: JobType.JT_PARTICIPANT } as const;
const statuses = { running: JobStatus.JS_RUNNING, succeeded: JobStatus.JS_SUCCESS, failed: JobStatus.JS_FAILED } as const;
/** For the server's log. */
const version = 'parley';

/**
 * As one binary frame.
 *
 * @see livekit_agent.proto of github.com/livekit/protocol, `WorkerMessage`.
 */
export const workerMessage = (event: WorkerEvent): Uint8Array => new WorkerMessage({ message: messageOf(event) }).toBinary();

type Message = NonNullable<NonNullable<ConstructorParameters<typeof WorkerMessage>[0]>['message']>;

function messageOf(event: WorkerEvent): Message {
  switch (event.type) {
    case 'register': {
      const { type, agentName, permissions } = event.registration;
      // Absent grants all, an empty message nothing.
      const allowedPermissions = permissions === undefined ? {} : { allowedPermissions: new ParticipantPermission(permissions) };
      return { case: 'register', value: { type: jobTypes[type], agentName, version, ...allowedPermissions } };
    }
    case 'load': {
      // Both, each time: an absent load is taken for 0.
      const status = event.load.accepting ? WorkerStatus.WS_AVAILABLE : WorkerStatus.WS_FULL;
      return { case: 'updateWorker', value: { status, load: toldLoad(event.load), jobCount: event.load.jobs } };
    }
    case 'answer':
      return { case: 'availability', value: { jobId: event.jobId, ...availability(event.answer) } };
    case 'report':
      return { case: 'updateJob', value: { jobId: event.jobId, status: statuses[event.status], error: event.error } };
    case 'migrate':
      return { case: 'migrateJob', value: { jobIds: [...event.jobIds] } };
    default:
      return event satisfies never;
  }
}

const availability = (answer: OfferAnswer) =>
  answer.type === 'reject'
    ? { available: false, terminate: answer.final }
    : {
        available: true,
        participantIdentity: answer.identity,
        participantName: answer.name,
        participantMetadata: answer.metadata,
        participantAttributes: { ...answer.attributes },
      };
