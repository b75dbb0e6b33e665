// Built into a file of its own: the agent that our job processes run, as an application writes one.
import { defineAgent, type JobContext } from '@parley/core/worker';
import type { JobRoom } from '@parley/core/provider';
import { liveKitRoom, roomIO } from '@parley/livekit';
import { isLoud } from '../fakes/caller-frame.js';
import { createFakeAgent, createFakeSession } from '../load/fake-session.js';
import { monotonicMs } from './monotonic-ms.js';
import { joinedAttribute, readRoomOrder, type RoomOrder, startedAttribute } from './room-order.js';

export default defineAgent({
  async entry(context) {
    const order = readRoomOrder(context.info.metadata);
    const room = await context.connect();
    const joinedMs = monotonicMs();
    await liveKitRoom(room).localParticipant?.setAttributes({ [joinedAttribute]: String(joinedMs) });
    if (order.kind !== 'join') await startCall(context, { room, order });
  },
});

async function startCall(context: JobContext, { room, order }: { readonly room: JobRoom; readonly order: RoomOrder }): Promise<void> {
  const { kind, minInterruptionMs, replyFrames } = order;
  const session = createFakeSession({
    hears: isLoud,
    minInterruptionMs,
    voice: { framesPerSegment: replyFrames, ownsFrames: true },
  });
  context.addShutdownCallback(() => session.close());
  await session.start({ agent: createFakeAgent(), io: roomIO(room, { logger: context.logger }) });
  if (kind === 'word') session.say('Hello.');
  await liveKitRoom(room).localParticipant?.setAttributes({ [startedAttribute]: 'yes' });
}
