import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { Room } from '@livekit/rtc-node';
import type { JobConnectOptions, JobRoom } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import { type LiveKitServer, startLiveKitServer } from '../../../../../scripts/livekit-server/start-server.mjs';
import { jobTransport } from '../../transport/job-transport.js';
import { roomOptions } from '../../transport/room-options.js';
import { TrialCaller } from './trial-caller.js';

/** For the server to show what was done to it. */
const mostMs = 10_000;

/** Rooms of a LiveKit server with an agent and callers in them. What is opened in a test is closed by `clear`, the rest by disposing. */
export class RoomTrial implements AsyncDisposable {
  readonly rooms: RoomServiceClient;
  readonly #server: LiveKitServer;
  readonly #owned: AsyncDisposable[] = [];
  #count = 0;

  private constructor(server: LiveKitServer) {
    this.#server = server;
    this.rooms = new RoomServiceClient(server.url.replace('ws:', 'http:'), server.apiKey, server.apiSecret);
  }

  static async start(): Promise<RoomTrial> {
    // So that who was muted by the server can be unmuted by it.
    return new RoomTrial(await startLiveKitServer({ config: { room: { enable_remote_unmute: true } } }));
  }

  /** Where the rooms are, and the key to them. */
  get account(): Pick<LiveKitServer, 'url' | 'apiKey' | 'apiSecret'> {
    const { url, apiKey, apiSecret } = this.#server;
    return { url, apiKey, apiSecret };
  }

  own<Owned extends AsyncDisposable>(one: Owned): Owned {
    this.#owned.push(one);
    return one;
  }

  roomName(): string {
    this.#count += 1;
    return `room-${this.#count}`;
  }

  async joinAgent(room: string, more: Partial<JobConnectOptions> = {}): Promise<JobRoom> {
    const connection = { url: this.#server.url, token: await this.#token(room, 'agent-1', 'agent') };
    const signal = new AbortController().signal;
    const options: JobConnectOptions = { autoSubscribe: 'all', clock: realClock, logger: { log() {} }, signal, ...more };
    return this.own(await jobTransport.connect(connection, options));
  }

  async joinCaller(name: string, identity = 'caller-1', kind: 'standard' | 'sip' = 'standard'): Promise<TrialCaller> {
    const room = new Room();
    const caller = this.own(new TrialCaller(room));
    await room.connect(this.#server.url, await this.#token(name, identity, kind), roomOptions({ autoSubscribe: 'all' }));
    return caller;
  }

  /** Closes what was opened last first. */
  async clear(): Promise<void> {
    for (const one of this.#owned.splice(0).toReversed()) await one[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    await jobTransport.dispose();
    await this.#server.stop();
  }

  #token(room: string, identity: string, kind: 'standard' | 'agent' | 'sip'): Promise<string> {
    const token = new AccessToken(this.#server.apiKey, this.#server.apiSecret, { identity, name: identity });
    token.addGrant({ roomJoin: true, room, canUpdateOwnMetadata: true });
    token.kind = kind;
    return token.toJwt();
  }
}

/** Looks every few milliseconds; a real server tells nobody when it is done. */
export async function until<Found>(what: string, look: () => Found | undefined | false, withinMs = mostMs): Promise<Found> {
  const endMs = realClock.now() + withinMs;
  while (realClock.now() < endMs) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await after(5);
  }
  throw new Error(`${what}: not within ${withinMs} ms`);
}

export const after = (delayMs: number): Promise<void> => new Promise((resolve) => void realClock.after(delayMs, resolve));
