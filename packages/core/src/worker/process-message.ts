import { isRecord } from '../chat/plain-data.js';
import type { JsonObject } from '../provider/json.js';
import type { JobInfo } from './job-context.js';
import type { JobEnd, JobOrder } from './job-order.js';
import { type Fields, isJsonObject, isNumber, isOneOf, isText } from './message-fields.js';

/** What the worker tells a job process. */
export type ParentMessage =
  /** Load the agent's module and prewarm, and what will join its calls, if that is known; once, first. */
  | { readonly type: 'initialize'; readonly agent: string; readonly transport?: string; readonly shutdownTimeoutMs: number }
  | { readonly type: 'ping' }
  | { readonly type: 'start-job'; readonly order: JobOrder }
  /** The server wants the job over: the process weighs it. */
  | { readonly type: 'terminate-job'; readonly jobId: string }
  /** End all jobs in order, then the process. */
  | { readonly type: 'shutdown'; readonly reason: string };

/** What a job process tells its worker. */
export type ChildMessage =
  | { readonly type: 'initialized' }
  /** It ends after this. */
  | { readonly type: 'initialize-failed'; readonly error: string }
  /** Resident memory, in megabytes. */
  | { readonly type: 'pong'; readonly usedMb: number }
  | { readonly type: 'job-running'; readonly jobId: string }
  | { readonly type: 'job-ended'; readonly jobId: string; readonly end: JobEnd }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: JsonObject };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const isLevel = isOneOf<LogLevel>('debug', 'info', 'warn', 'error');
const isJobType = isOneOf('room', 'publisher', 'participant');
const isOutcome = isOneOf('succeeded', 'failed', 'cut-off');

/** The message, or undefined if it is none that is known: the ends may be of different versions while a deployment goes on. */
export function readParentMessage(value: unknown): ParentMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, agent, transport, shutdownTimeoutMs, jobId, reason } = value;
  switch (type) {
    case 'initialize':
      return isText(agent) && isNumber(shutdownTimeoutMs)
        ? { type, agent, ...(isText(transport) ? { transport } : {}), shutdownTimeoutMs }
        : undefined;
    case 'ping':
      return { type };
    case 'start-job': {
      const order = readOrder(value['order']);
      return order === undefined ? undefined : { type, order };
    }
    case 'terminate-job':
      return isText(jobId) ? { type, jobId } : undefined;
    case 'shutdown':
      return isText(reason) ? { type, reason } : undefined;
    default:
      return undefined;
  }
}

/** As `readParentMessage`, the other way round. */
export function readChildMessage(value: unknown): ChildMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, error, usedMb, jobId } = value;
  switch (type) {
    case 'initialized':
      return { type };
    case 'initialize-failed':
      return isText(error) ? { type, error } : undefined;
    case 'pong':
      return isNumber(usedMb) ? { type, usedMb } : undefined;
    case 'job-running':
      return isText(jobId) ? { type, jobId } : undefined;
    case 'job-ended': {
      const end = readEnd(value['end']);
      return isText(jobId) && end !== undefined ? { type, jobId, end } : undefined;
    }
    case 'log':
      return readLog(value);
    default:
      return undefined;
  }
}

function readLog({ level, message, fields }: Fields): ChildMessage | undefined {
  return isLevel(level) && isText(message) && isJsonObject(fields) ? { type: 'log', level, message, fields } : undefined;
}

function readEnd(value: unknown): JobEnd | undefined {
  if (!isRecord(value)) return undefined;
  const { outcome, reason } = value;
  return isOutcome(outcome) && isText(reason) ? { outcome, reason } : undefined;
}

function readOrder(value: unknown): JobOrder | undefined {
  if (!isRecord(value)) return undefined;
  const { connection, transport } = value;
  const info = readInfo(value['info']);
  if (info === undefined || !isJsonObject(connection) || !isText(transport)) return undefined;
  return { info, connection, transport, ...(value['isAskedAgainIfLost'] === true ? { isAskedAgainIfLost: true } : {}) };
}

function readInfo(value: unknown): JobInfo | undefined {
  if (!isRecord(value)) return undefined;
  const { id, type, agentName, metadata, identity, workerId, roomName, participantIdentity, redispatched } = value;
  if (!isText(id) || !isJobType(type) || !isText(agentName) || !isText(metadata) || !isText(identity) || !isText(workerId))
    return undefined;
  return {
    id,
    type,
    agentName,
    metadata,
    identity,
    workerId,
    ...(isText(roomName) ? { roomName } : {}),
    ...(isText(participantIdentity) ? { participantIdentity } : {}),
    ...(redispatched === true ? { redispatched } : {}),
  };
}
