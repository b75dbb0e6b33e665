import { APIConnectionError, APIError, APIStatusError, type JobDescription, type JsonObject } from '@parley/core/provider';
import { markRedispatched } from '../dispatch/redispatch-mark.js';
import { withoutSecrets } from '../without-secrets.js';

const provider = 'livekit';

/** What a job's process may do in its room as its worker would: see `roomAdminGrant`. */
export interface RoomAdmin {
  /** Asks for the job once more. @throws {APIError} It could not. */
  redispatch(job: JobDescription): Promise<void>;
  /** Takes somebody out of the room. @throws {APIError} It could not. */
  remove(room: string, identity: string): Promise<void>;
}

/** Undefined where the connection grants nothing: the server offers such a job only once. */
export function roomAdmin({ admin }: JsonObject): RoomAdmin | undefined {
  if (!isObject(admin)) return undefined;
  const { apiUrl, token } = admin;
  if (typeof apiUrl !== 'string' || typeof token !== 'string') return undefined;
  const request = (method: string, body: JsonObject) => ask(`${apiUrl}/twirp/livekit.${method}`, { token, body });
  return {
    redispatch: ({ roomName = '', agentName, metadata }) =>
      request('AgentDispatchService/CreateDispatch', { room: roomName, agent_name: agentName, metadata: markRedispatched(metadata) }),
    remove: (room, identity) => request('RoomService/RemoveParticipant', { room, identity }),
  };
}

/** By hand: the SDK makes its tokens from the secret, which a job's process does not have. @see https://twitchtv.github.io/twirp/docs/routing.html */
async function ask(url: string, { token, body }: { readonly token: string; readonly body: JsonObject }): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch((error: unknown) => {
    throw new APIConnectionError(`the server was not reached: ${withoutSecrets(String(error), [token])}`, { provider });
  });
  await response.body?.cancel();
  if (!response.ok)
    throw new APIStatusError(`the server answered ${new URL(url).pathname} with ${response.status}`, { provider, status: response.status });
}

/** @throws {APIError} It could not, or may not. */
export async function redispatch(connection: JsonObject, job: JobDescription): Promise<void> {
  const admin = roomAdmin(connection);
  if (admin === undefined)
    throw new APIError('the server offers such a job only once', { kind: 'unsupported', provider, retryable: false });
  await admin.redispatch(job);
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
