import type { JobDescription, JsonObject } from '@parley/core/provider';
import { AccessToken } from 'livekit-server-sdk';
import type { ServerAccount } from './server-account.js';

/** Longer than a call. */
const ttl = '24h';

/**
 * What the process of a job needs to act for its worker: to ask for the job once more when that is gone, and to keep a second agent out of the
 * room. Plain data, which travels in the job's connection. Its token opens the room of the job and no other. Undefined for a job that the
 * server offers only once.
 */
export async function roomAdminGrant({ type, roomName }: JobDescription, account: ServerAccount): Promise<JsonObject | undefined> {
  if (type !== 'room' || roomName === undefined || roomName === '') return undefined;
  const token = new AccessToken(account.apiKey, account.apiSecret, { ttl });
  token.addGrant({ roomAdmin: true, room: roomName });
  return { apiUrl: account.address.apiUrl, token: await token.toJwt() };
}
