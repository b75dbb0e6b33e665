import {
  APIConnectionError,
  APIError,
  APIStatusError,
  APITimeoutError,
  type Clock,
  type JobDescription,
  type JsonObject,
} from '@parley/core/provider';
import { fieldOf, holdClock, realClock, withDeadline } from '@parley/core/provider-kit';
import { markRedispatched } from '../dispatch/redispatch-mark.js';
import { withoutSecrets } from '../without-secrets.js';
import { askAgain } from './ask-again.js';

const provider = 'livekit';
/** The nodes of a cluster give each other three seconds. */
const answerMs = 4000;
/** Of the time that a process without a worker has (`abandonMs` in core's `child-process.ts`). */
const askMs = 12_000;

/** What a job's process may do in its room as its worker would: see `roomAdminGrant`. */
export interface RoomAdmin {
  /** Asks for the job once more, for twelve seconds where the server refuses: see `askAgain`. @throws {APIError} It could not. */
  redispatch(job: JobDescription): Promise<void>;
  /** Takes somebody out of the room. @throws {APIError} It could not. */
  remove(room: string, identity: string): Promise<void>;
}

/** Undefined where the connection grants nothing: the server offers such a job only once. */
export function roomAdmin({ admin }: JsonObject, clock: Clock = realClock): RoomAdmin | undefined {
  if (!isObject(admin)) return undefined;
  const { apiUrl, token } = admin;
  if (typeof apiUrl !== 'string' || typeof token !== 'string') return undefined;
  const request = async (method: string, body: JsonObject) => ask(`${apiUrl}/twirp/livekit.${method}`, { token, body, clock });
  return {
    redispatch: ({ roomName = '', agentName, metadata }) => {
      const wanted = { agent_name: agentName, metadata: markRedispatched(metadata) };
      return askAgain(
        {
          ask: async () => void (await request('AgentDispatchService/CreateDispatch', { room: roomName, ...wanted })),
          isAsked: async () => isAmong(JSON.parse(await request('AgentDispatchService/ListDispatch', { room: roomName })), wanted),
        },
        { clock, timeoutMs: askMs },
      );
    },
    remove: async (room, identity) => void (await request('RoomService/RemoveParticipant', { room, identity })),
  };
}

/**
 * Fields that are empty are left out by the server. Of two jobs of one room with the same name and metadata that were both lost, the one that was
 * asked for stands for the other as well.
 */
function isAmong(answer: unknown, wanted: { readonly agent_name: string; readonly metadata: string }): boolean {
  const dispatches = fieldOf(answer, 'agent_dispatches');
  return (
    Array.isArray(dispatches) &&
    dispatches.some((one) => (fieldOf(one, 'agent_name') ?? '') === wanted.agent_name && fieldOf(one, 'metadata') === wanted.metadata)
  );
}

interface Request {
  readonly token: string;
  readonly body: JsonObject;
  readonly clock: Clock;
}

/** By hand: the SDK makes its tokens from the secret, which a job's process does not have. @see https://twitchtv.github.io/twirp/docs/routing.html */
async function ask(url: string, { token, body, clock }: Request): Promise<string> {
  const controller = new AbortController();
  const onTimeout = () => new APITimeoutError(`the server did not answer ${new URL(url).pathname} within ${answerMs} ms`, { provider });
  try {
    return await withDeadline(
      holdClock(clock, () => answerOf(url, { token, body, signal: controller.signal })),
      { clock, timeoutMs: answerMs, onTimeout },
    );
  } catch (error) {
    if (error instanceof APIError) throw error;
    throw new APIConnectionError(`the server was not reached: ${withoutSecrets(String(error), [token])}`, { provider });
  } finally {
    controller.abort();
  }
}

async function answerOf(url: string, { token, body, signal }: Omit<Request, 'clock'> & { readonly signal: AbortSignal }): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  const text = await response.text();
  if (!response.ok)
    throw new APIStatusError(`the server answered ${new URL(url).pathname} with ${response.status}`, { provider, status: response.status });
  return text;
}

/** @throws {APIError} It could not, or may not. */
export async function redispatch(connection: JsonObject, job: JobDescription): Promise<void> {
  const admin = roomAdmin(connection);
  if (admin === undefined)
    throw new APIError('the server offers such a job only once', { kind: 'unsupported', provider, retryable: false });
  await admin.redispatch(job);
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
