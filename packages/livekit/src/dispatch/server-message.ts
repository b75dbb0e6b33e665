import { type Job, JobType, ServerMessage } from '@livekit/protocol';
import type { JobDescription } from '@parley/core/provider';
import { readRedispatchMark } from './redispatch-mark.js';

/** What the server says on the agent socket, as far as it is acted upon. */
export type ServerEvent =
  | { readonly type: 'registered'; readonly workerId: string; readonly serverVersion: string }
  | { readonly type: 'offer'; readonly job: JobDescription }
  | {
      readonly type: 'assignment';
      readonly jobId: string;
      /** Where to join; absent: at the worker's own server. */
      readonly url: string | undefined;
      /** Secret. */
      readonly token: string;
    }
  | { readonly type: 'termination'; readonly jobId: string };

const types: Readonly<Record<JobType, JobDescription['type']>> = {
  [JobType.JT_ROOM]: 'room',
  [JobType.JT_PUBLISHER]: 'publisher',
  [JobType.JT_PARTICIPANT]: 'participant',
};

/**
 * One binary frame.
 *
 * @returns Nothing for a message that is not acted upon, or is newer than this worker.
 * @throws What protobuf throws, for bytes that are no message at all.
 * @see livekit_agent.proto of github.com/livekit/protocol, `ServerMessage`.
 */
export function readServerMessage(bytes: Uint8Array): ServerEvent | undefined {
  const { message } = ServerMessage.fromBinary(bytes);
  switch (message.case) {
    case 'register':
      return { type: 'registered', workerId: message.value.workerId, serverVersion: message.value.serverInfo?.version ?? '' };
    case 'availability': {
      const { job } = message.value;
      return job === undefined || job.id === '' ? undefined : { type: 'offer', job: jobDescription(job) };
    }
    case 'assignment': {
      const { job, url, token } = message.value;
      return { type: 'assignment', jobId: job?.id ?? '', url: url === undefined || url === '' ? undefined : url, token };
    }
    case 'termination':
      return { type: 'termination', jobId: message.value.jobId };
    case 'pong':
    case undefined:
      return undefined;
    default:
      return message satisfies never;
  }
}

/** Only these fields go further: the room in a job holds its TURN password. */
function jobDescription(job: Job): JobDescription {
  const { metadata, redispatched } = readRedispatchMark(job.metadata);
  return {
    id: job.id,
    type: types[job.type] ?? 'room',
    agentName: job.agentName,
    metadata,
    ...(job.room === undefined ? {} : { roomName: job.room.name }),
    ...(job.participant === undefined ? {} : { participantIdentity: job.participant.identity }),
    ...(redispatched ? { redispatched } : {}),
  };
}
