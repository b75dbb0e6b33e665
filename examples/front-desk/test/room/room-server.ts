import { realClock } from '@parley/core';
import type { JobRoom } from '@parley/core/provider';
import { jobTransport } from '@parley/livekit/transport';
import { AccessToken } from 'livekit-server-sdk';
import { type LiveKitServer, startLiveKitServer } from '../../../../scripts/livekit-server/start-server.mjs';

/** A LiveKit server on this machine, and ways into its rooms. */
export class RoomServer implements AsyncDisposable {
  readonly #server: LiveKitServer;

  private constructor(server: LiveKitServer) {
    this.#server = server;
  }

  static async start(): Promise<RoomServer> {
    return new RoomServer(await startLiveKitServer());
  }

  get url(): string {
    return this.#server.url;
  }

  token(room: string, identity: string, kind: 'standard' | 'agent' = 'standard'): Promise<string> {
    const token = new AccessToken(this.#server.apiKey, this.#server.apiSecret, { identity, name: identity });
    token.addGrant({ roomJoin: true, room, canUpdateOwnMetadata: true });
    token.kind = kind;
    return token.toJwt();
  }

  /** As the process of a job does once it was assigned. */
  async joinAsAgent(room: string): Promise<JobRoom> {
    const connection = { url: this.url, token: await this.token(room, 'agent-1', 'agent') };
    const { signal } = new AbortController();
    return jobTransport.connect(connection, { autoSubscribe: 'all', clock: realClock, logger: { log: () => {} }, signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await jobTransport.dispose();
    await this.#server.stop();
  }
}
