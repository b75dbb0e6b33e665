import type { JobDescription, JsonObject } from '@parley/core/provider';
import { AccessToken } from 'livekit-server-sdk';
import { markRedispatched } from './redispatch-mark.js';
import type { ServerAccount } from './server-account.js';

/** Longer than a call. */
const ttl = '24h';

/**
 * What the process of a job needs to ask for it once more when its worker is gone: plain data, which travels in the job's connection. Its token
 * lets it do so in the room of the job and nowhere else. Undefined for a job that cannot be asked for again.
 */
export async function lastWill(job: JobDescription, { address, apiKey, apiSecret }: ServerAccount): Promise<JsonObject | undefined> {
  const { roomName, type, agentName } = job;
  if (type !== 'room' || roomName === undefined || roomName === '') return undefined;
  const token = new AccessToken(apiKey, apiSecret, { ttl });
  token.addGrant({ roomAdmin: true, room: roomName });
  return {
    url: `${address.apiUrl}/twirp/livekit.AgentDispatchService/CreateDispatch`,
    token: await token.toJwt(),
    body: JSON.stringify({ room: roomName, agent_name: agentName, metadata: markRedispatched(job.metadata) }),
  };
}
