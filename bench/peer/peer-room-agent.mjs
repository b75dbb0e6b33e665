// The agent that job processes of @livekit/agents run: what bench/rooms/room-agent.ts is for ours, step for step.
import { defineAgent } from '@livekit/agents';
import { createPeerAgent, createPeerSession } from './peer-session.mjs';

/** As in bench/rooms/room-order.ts. */
const joinedAttribute = 'bench.joined-ms';
const startedAttribute = 'bench.started';
const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

export default defineAgent({
  async entry(context) {
    /** @type {import('../rooms/room-order.js').RoomOrder} */
    const order = JSON.parse(context.job.metadata);
    await context.connect();
    const joinedMs = monotonicMs();
    await context.room.localParticipant.setAttributes({ [joinedAttribute]: String(joinedMs) });
    if (order.kind !== 'join') await startCall(context, order);
  },
});

/** As in bench/fakes/caller-frame.ts. */
function isLoud({ data }) {
  for (let index = 0; index < data.length; index += 4) if (Math.abs(data[index]) > 1000) return true;
  return false;
}

async function startCall(context, { kind, minInterruptionMs, replyFrames }) {
  const { session } = createPeerSession({
    hears: isLoud,
    minInterruptionMs,
    voice: { framesPerSegment: replyFrames, ownsFrames: true },
  });
  const agent = createPeerAgent();
  await session.start({ agent, room: context.room, record: false, inputOptions: { audioSampleRate: 16_000 } });
  if (kind === 'word') session.say('Hello.');
  await context.room.localParticipant.setAttributes({ [startedAttribute]: 'yes' });
}
