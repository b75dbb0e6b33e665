import { textOf } from '@parley/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../scripts/livekit-server/has-livekit-server.mjs';
import { createModels } from '../src/models.js';
import { checkCall, type HeldCall } from './call-checks.js';
import { answerCall } from './room/answered-call.js';
import { callerLines } from './room/caller-lines.js';
import { RoomCaller } from './room/room-caller.js';
import { RoomServer } from './room/room-server.js';
import { after, until } from './room/until.js';

/** Into the reply that is interrupted: it is in its first sentence. */
const bargeInMs = 2000;

/** Plays the caller's recordings, each when the agent has answered the one before, and the one that cuts in while it speaks. */
async function converse(caller: RoomCaller): Promise<void> {
  await caller.agentIs('speaking');
  for (const line of callerLines()) {
    if (line.isBargeIn) await after(bargeInMs);
    else await caller.agentIs('listening');
    await caller.say(line);
    await caller.agentIs('thinking');
    await caller.agentIs('speaking');
  }
  await caller.agentIs('listening');
  await until('the last words are read', () => caller.read.some((text) => text.endsWith('Goodbye.')));
}

describe.skipIf(!hasLiveKitServer())('the recorded caller, in a room of a LiveKit server', () => {
  let held: HeldCall | undefined;
  let read: readonly string[] = [];

  beforeAll(async () => {
    const models = createModels();
    await using server = await RoomServer.start();
    await models.prewarm();
    const caller = await RoomCaller.join(server.url, await server.token('front-desk', 'caller-1'));
    await using call = await answerCall(await server.joinAsAgent('front-desk'), models);
    await converse(caller);
    await caller[Symbol.asyncDispose]();
    await call.over;
    await models.close();
    read = caller.read;
    held = { book: call.book, events: call.events, heard: caller.heard, heardFrom: caller.heardFrom };
  }, 120_000);

  const heldCall = () => {
    if (held === undefined) throw new Error('the call was not held');
    return held;
  };
  checkCall(heldCall, { silenceToleranceMs: 300 });

  test('the caller reads what is remembered of both sides', () => {
    const remembered = heldCall().events.flatMap((event) =>
      event.type === 'conversation-item-added' && event.item.type === 'message' ? [textOf(event.item.content)] : [],
    );
    expect(read.toSorted()).toEqual(remembered.toSorted());
  });
});
