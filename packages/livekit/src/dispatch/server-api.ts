import { randomUUID } from 'node:crypto';
import { RoomAgentDispatch } from '@livekit/protocol';
import { AccessToken, AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import {
  APIConnectionError,
  APIError,
  APIStatusError,
  APITimeoutError,
  type Clock,
  type DispatcherEvent,
  type JobDescription,
} from '@parley/core/provider';
import { holdClock, withDeadline } from '@parley/core/provider-kit';
import { withoutSecrets } from '../without-secrets.js';
import { reachFailure } from './reach-failure.js';
import { markRedispatched } from './redispatch-mark.js';
import { provider, type ServerAccount } from './server-account.js';

const timeoutMs = 10_000;

/** As whom an agent joins. */
type AgentIdentity = Parameters<Extract<DispatcherEvent, { readonly type: 'offer' }>['accept']>[0];

/** What a worker asks of the server outside the agent socket. */
export class ServerApi {
  readonly #account: ServerAccount;
  readonly #clock: Clock;

  constructor(account: ServerAccount, clock: Clock) {
    this.#account = account;
    this.#clock = clock;
  }

  /**
   * Asks for an agent in the job's room once more.
   *
   * @param identity Of the agent that failed: the server shows one whose process was killed for up to half a minute, so it is removed first.
   * @throws {APIError} It could not.
   */
  async redispatch(job: JobDescription, identity?: string): Promise<void> {
    const room = this.#roomOf(job, 'asked for once more');
    if (job.type !== 'room') {
      // A dispatch is for a room: it would bring another agent to every other participant as well.
      throw new APIError(`job ${job.id} is for one participant, and the server offers such a job only once`, {
        kind: 'unsupported',
        provider,
        retryable: false,
      });
    }
    if (identity !== undefined) {
      // Mostly it is gone already. If it cannot be removed, the caller still wants another.
      await this.#ask(`remove the agent of job ${job.id}`, () => this.#client(RoomServiceClient).removeParticipant(room, identity)).catch(
        () => {},
      );
    }
    await this.#ask(`dispatch job ${job.id} once more`, () =>
      this.#client(AgentDispatchClient).createDispatch(room, job.agentName, { metadata: markRedispatched(job.metadata) }),
    );
  }

  /** Deletes the job's room, which ends the call for all. A room that is gone already is no failure. @throws {APIError} It could not. */
  async endRoom(job: JobDescription): Promise<void> {
    const room = this.#roomOf(job, 'ended');
    try {
      await this.#ask(`end the room of job ${job.id}`, () => this.#client(RoomServiceClient).deleteRoom(room));
    } catch (error) {
      if (!(error instanceof APIError && error.status === 404)) throw error;
    }
  }

  /** @throws {APIError} It could not: says what to look at. */
  async listRooms(): Promise<void> {
    await this.#reach('list its rooms', () => this.#client(RoomServiceClient).listRooms());
  }

  /**
   * Opens a room if it is not there; whether it was not.
   *
   * @param agent That it calls: with the name `''` those that take any room; undefined: none at all.
   * @throws {APIError} It could not: where the server is not reached, or refuses, says what to look at.
   */
  async openRoom(name: string, agent?: Pick<JobDescription, 'agentName' | 'metadata'>): Promise<boolean> {
    const client = this.#client(RoomServiceClient);
    let isThere = false;
    await this.#reach(`look for the room ${name}`, async () => {
      isThere = (await client.listRooms([name])).length > 0;
    });
    // A room that names no agent calls those without a name: here it names one that is nobody.
    const { agentName, metadata } = agent ?? { agentName: `parley-nobody-${randomUUID()}`, metadata: '' };
    const agents = [new RoomAgentDispatch({ agentName, metadata })];
    if (!isThere) await this.#ask(`open the room ${name}`, () => client.createRoom({ name, agents }));
    return !isThere;
  }

  /** With what the server gives an agent that it has dispatched itself. Secret. */
  agentToken(room: string, { identity, name, metadata, attributes }: AgentIdentity): Promise<string> {
    const { apiKey, apiSecret } = this.#account;
    const token = new AccessToken(apiKey, apiSecret, {
      identity,
      ...(name === undefined ? {} : { name }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(attributes === undefined ? {} : { attributes: { ...attributes } }),
    });
    token.kind = 'agent';
    token.addGrant({
      roomJoin: true,
      room,
      agent: true,
      canPublish: true,
      canSubscribe: true,
      canPublishData: true,
      canUpdateOwnMetadata: true,
    });
    return token.toJwt();
  }

  /** Of somebody who may speak and listen in a room. Secret. */
  callerToken(room: string, identity: string): Promise<string> {
    const { apiKey, apiSecret } = this.#account;
    const token = new AccessToken(apiKey, apiSecret, { identity, name: identity });
    token.addGrant({ roomJoin: true, room, canPublish: true, canSubscribe: true, canPublishData: true });
    return token.toJwt();
  }

  #client<Client>(Kind: new (host: string, apiKey: string, secret: string) => Client): Client {
    const { address, apiKey, apiSecret } = this.#account;
    return new Kind(address.apiUrl, apiKey, apiSecret);
  }

  #roomOf({ id, roomName }: JobDescription, what: string): string {
    if (roomName !== undefined && roomName !== '') return roomName;
    throw new APIError(`job ${id} has no room that could be ${what}`, { kind: 'invalid-request', provider, retryable: false });
  }

  /** The first question. */
  async #reach(what: string, act: () => Promise<unknown>): Promise<void> {
    await this.#ask(what, act).catch((error: unknown) => {
      throw reachFailure(error, this.#account.address.shown);
    });
  }

  async #ask(what: string, act: () => Promise<unknown>): Promise<void> {
    const onTimeout = () => new APITimeoutError(`the server did not ${what} within ${timeoutMs} ms`, { provider });
    try {
      await withDeadline(holdClock(this.#clock, act), { clock: this.#clock, timeoutMs, onTimeout });
    } catch (error) {
      throw error instanceof APIError ? error : this.#failure(what, error);
    }
  }

  /** Without the error itself, which can quote the token. */
  #failure(what: string, error: unknown): APIError {
    const { apiKey, apiSecret } = this.#account;
    const said = withoutSecrets(error instanceof Error ? error.message : String(error), [apiSecret, apiKey]);
    const message = `the server did not ${what}: ${said}`;
    const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
    return typeof status === 'number' && status > 0
      ? new APIStatusError(message, { provider, status })
      : new APIConnectionError(message, { provider });
  }
}
