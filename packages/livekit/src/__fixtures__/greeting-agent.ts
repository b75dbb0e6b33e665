import { defineAgent } from '@parley/core/worker';
import { liveKitRoom } from '../joined-room.js';

/** Joins, and says in an attribute whom it has met. With the metadata `crash` the first attempt ends its process once it is in the room. */
export default defineAgent({
  async entry(context) {
    const room = await context.connect();
    if (context.info.metadata === 'crash' && context.info.redispatched !== true) process.exit(7);
    const caller = await context.waitForParticipant();
    await liveKitRoom(room).localParticipant?.setAttributes({ met: caller.identity });
  },
});
