import { AgentSession as Protocol } from '@livekit/protocol';
import { Agent, AgentSession, tool } from '@parley/core';
import { createScriptedLLM, ScriptProblems } from '@parley/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { RoomTrial, until } from '../room/__fixtures__/room-trial.js';
import type { TrialCaller } from '../room/__fixtures__/trial-caller.js';
import { serveSession, type ServeSessionOptions } from './serve-session.js';

const topic = 'lk.agent.session';
const replies = ['When do you open?', 'When?'].map((input) => ({ input, output: 'At noon.' }));

/** LiveKit's playground, as far as this protocol goes. */
class TrialPlayground {
  readonly events: Protocol.AgentSessionEvent[] = [];
  readonly responses: Protocol.SessionResponse[] = [];
  readonly #caller: TrialCaller;
  #count = 0;

  constructor(caller: TrialCaller) {
    this.#caller = caller;
    caller.room.registerByteStreamHandler(topic, (reader) => {
      // A room that ends breaks off what was on its way.
      void reader.readAll().then(
        (parts) => this.#take(Buffer.concat(parts)),
        () => {},
      );
    });
  }

  #take(bytes: Uint8Array): void {
    const { message } = Protocol.AgentSessionMessage.fromBinary(bytes);
    if (message.case === 'event') this.events.push(message.value);
    if (message.case === 'response') this.responses.push(message.value);
  }

  async ask(request: Protocol.SessionRequest['request']): Promise<Protocol.SessionResponse> {
    this.#count += 1;
    const requestId = `request-${this.#count}`;
    await this.send(new Protocol.AgentSessionMessage({ message: { case: 'request', value: { requestId, request } } }).toBinary());
    return until('an answer', () => this.responses.find((response) => response.requestId === requestId));
  }

  async send(bytes: Uint8Array): Promise<void> {
    const stream = await this.#caller.room.localParticipant?.streamBytes({ topic, destinationIdentities: ['agent-1'] });
    await stream?.write(bytes);
    await stream?.close();
  }
}

describe.skipIf(!hasLiveKitServer())('a session that is served to a room of a LiveKit server', () => {
  let trial: RoomTrial;
  beforeAll(async () => {
    trial = await RoomTrial.start();
  });
  afterEach(() => trial.clear());
  afterAll(() => trial[Symbol.asyncDispose]());

  const open = async (options: ServeSessionOptions = {}) => {
    const name = trial.roomName();
    const room = await trial.joinAgent(name);
    const caller = await trial.joinCaller(name);
    const playground = new TrialPlayground(caller);
    // Who publishes nothing is seen by the others seconds later.
    await caller.publish();
    await until('the playground', () => room.participants.length === 1);
    const llm = createScriptedLLM(replies, new ScriptProblems());
    const session = new AgentSession({ llm });
    trial.own({ [Symbol.asyncDispose]: () => session.close() });
    const server = serveSession(room, session, options);
    const look = tool({ name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} }, execute: () => 'nothing' });
    await session.start({ agent: new Agent({ label: 'Ada', instructions: 'Be brief.', tools: [look] }) });
    return { name, room, session, server, playground };
  };

  test('is asked what it is, what was said and what it does, and types for the user', async () => {
    const { playground } = await open();
    expect((await playground.ask({ case: 'ping', value: new Protocol.SessionRequest_Ping() })).response.case).toBe('pong');
    const info = await playground.ask({ case: 'getAgentInfo', value: new Protocol.SessionRequest_GetAgentInfo() });
    expect(info.toJson()).toMatchObject({ getAgentInfo: { id: 'Ada', instructions: 'Be brief.', tools: ['look'] } });
    const run = await playground.ask({ case: 'runInput', value: new Protocol.SessionRequest_RunInput({ text: 'When do you open?' }) });
    expect(run.toJson()).toMatchObject({ runInput: { items: [{ message: { role: 'ASSISTANT', content: [{ text: 'At noon.' }] } }] } });
    const history = await playground.ask({ case: 'getChatHistory', value: new Protocol.SessionRequest_GetChatHistory() });
    expect(history.toJson()).toMatchObject({
      getChatHistory: {
        items: [
          { agentHandoff: { newAgentId: 'Ada' } },
          { message: { role: 'USER', content: [{ text: 'When do you open?' }] } },
          { message: { role: 'ASSISTANT', content: [{ text: 'At noon.' }] } },
        ],
      },
    });
    const state = await playground.ask({ case: 'getSessionState', value: new Protocol.SessionRequest_GetSessionState() });
    expect(state.toJson()).toMatchObject({ getSessionState: { agentState: 'AS_LISTENING', userState: 'US_LISTENING', agentId: 'Ada' } });
    const framework = await playground.ask({ case: 'getFrameworkInfo', value: new Protocol.SessionRequest_GetFrameworkInfo() });
    expect(framework.toJson()).toMatchObject({ getFrameworkInfo: { sdk: 'parley' } });
    expect(playground.events.map(({ event }) => event.case)).toEqual(
      expect.arrayContaining(['agentStateChanged', 'conversationItemAdded']),
    );
  });

  test('says what it cannot do, and goes on after what it cannot read', async () => {
    const { playground } = await open();
    const refused = await playground.ask({ case: 'getRtcStats', value: new Protocol.SessionRequest_GetRTCStats() });
    expect(refused.error).toBe('getRtcStats is not supported');
    const empty = await playground.ask({ case: 'runInput', value: new Protocol.SessionRequest_RunInput({ text: ' ' }) });
    expect(empty.error).toMatch('1 to 20000 characters');
    await playground.send(Uint8Array.from([0xff, 0xff, 0xff]));
    await playground.send(new Uint8Array(150_000));
    expect((await playground.ask({ case: 'ping', value: new Protocol.SessionRequest_Ping() })).response.case).toBe('pong');
  });

  test('tells and answers only those it is meant for', async () => {
    const { name, playground, session } = await open({ to: ['inspector'] });
    const other = await trial.joinCaller(name, 'inspector');
    const inspector = new TrialPlayground(other);
    await other.publish();
    await playground.send(
      new Protocol.AgentSessionMessage({
        message: { case: 'request', value: { requestId: 'mine', request: { case: 'ping', value: {} } } },
      }).toBinary(),
    );
    await inspector.ask({ case: 'runInput', value: new Protocol.SessionRequest_RunInput({ text: 'When?' }) });
    await until('the events', () => inspector.events.some(({ event }) => event.case === 'conversationItemAdded'));
    expect([playground.events, playground.responses]).toEqual([[], []]);
    await session.close();
  });

  test('is served once at a time, and again once it has closed', async () => {
    const { room, session } = await open();
    expect(() => serveSession(room, new AgentSession())).toThrow('lk.agent.session already');
    await session.close();
    await serveSession(room, new AgentSession())[Symbol.asyncDispose]();
  });
});
