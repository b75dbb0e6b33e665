import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { RoomTrial, until } from './__fixtures__/room-trial.js';
import { callRpc, handleRpc } from './room-rpc.js';

describe.skipIf(!hasLiveKitServer())('methods in a room of a LiveKit server', () => {
  let trial: RoomTrial;
  beforeAll(async () => {
    trial = await RoomTrial.start();
  });
  afterEach(() => trial.clear());
  afterAll(() => trial[Symbol.asyncDispose]());

  const open = async () => {
    const name = trial.roomName();
    const room = await trial.joinAgent(name);
    const caller = await trial.joinCaller(name);
    await until('the caller', () => room.participants.length === 1);
    return { room, caller };
  };

  test('a participant calls the agent, and nobody answers once it has stopped', async () => {
    const { room, caller } = await open();
    const stop = handleRpc(room, 'greet', ({ from, payload }) => `${payload}, ${from}`);
    await until('the agent', () => caller.room.remoteParticipants.get('agent-1'));
    const call = () => caller.room.localParticipant?.performRpc({ destinationIdentity: 'agent-1', method: 'greet', payload: 'Good day' });
    expect(await call()).toBe('Good day, caller-1');
    stop();
    await expect(call()).rejects.toMatchObject({ code: 1400 });
  });

  test('the agent calls a participant; of one who is not there it hears at once', async () => {
    const { room, caller } = await open();
    caller.room.localParticipant?.registerRpcMethod('where', async ({ payload }) => `${payload}: at home`);
    expect(await callRpc(room, { to: 'caller-1', method: 'where', payload: 'now' })).toBe('now: at home');
    await expect(callRpc(room, { to: 'nobody', method: 'where', payload: '' })).rejects.toThrow(/"nobody" is not in the room/);
    await expect(callRpc(room, { to: 'caller-1', method: 'none', payload: '' })).rejects.toMatchObject({ code: 1400 });
  });
});
