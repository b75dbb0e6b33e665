import { AccessToken, RoomAgentDispatch, RoomServiceClient } from 'livekit-server-sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBenchServer } from './bench-server.js';
import { joinedAttribute, type RoomOrder, startedAttribute } from './room-order.js';

const askEveryMs = 250;
const agentMs = 30_000;

/** Rooms of the bench's server, each with the agent of one worker. */
export class BenchRooms {
  readonly #server = readBenchServer();
  readonly #service = new RoomServiceClient(this.#server.url.replace('ws:', 'http:'), this.#server.apiKey, this.#server.apiSecret);
  #count = 0;

  get url(): string {
    return this.#server.url;
  }

  /** Makes a room, for which a job is offered at once. @returns Its name. */
  async open(agentName: string, order: Partial<RoomOrder> & Pick<RoomOrder, 'kind'>): Promise<string> {
    this.#count += 1;
    const name = `${agentName}-${this.#count}`;
    const metadata = JSON.stringify({ replyFrames: 500, minInterruptionMs: 100, ...order });
    const agents = [new RoomAgentDispatch({ agentName, metadata })];
    await this.#service.createRoom({ name, agents, emptyTimeout: 120, departureTimeout: 120 });
    return name;
  }

  /** Ends it for all. One that has gone already is as well. */
  async close(name: string): Promise<void> {
    await this.#service.deleteRoom(name).catch(() => {});
  }

  /** When the agent had joined, by `monotonicMs`; nothing if it does not come. Asks seldom: what is measured meanwhile is not to be disturbed. */
  async joinedMs(name: string): Promise<number | undefined> {
    const value = await this.#attribute(name, joinedAttribute);
    return value === undefined ? undefined : Number(value);
  }

  /** Its session runs. @throws {Error} It does not. */
  async started(name: string): Promise<void> {
    if ((await this.#attribute(name, startedAttribute)) === undefined) throw new Error(`no session in room ${name} within ${agentMs} ms`);
  }

  callerToken(room: string): Promise<string> {
    const token = new AccessToken(this.#server.apiKey, this.#server.apiSecret, { identity: 'caller' });
    token.addGrant({ roomJoin: true, room });
    return token.toJwt();
  }

  async #attribute(room: string, attribute: string): Promise<string | undefined> {
    const lateMs = performance.now() + agentMs;
    while (performance.now() < lateMs) {
      const participants = await this.#service.listParticipants(room).catch(() => []);
      const value = participants.map(({ attributes }) => attributes[attribute]).find((one) => one !== undefined);
      if (value !== undefined) return value;
      await sleep(askEveryMs);
    }
    return undefined;
  }
}
