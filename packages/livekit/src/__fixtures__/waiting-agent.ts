import { Agent, AgentSession } from '@parley/core';
import { createScriptedVAD } from '@parley/core/testing';
import { defineAgent } from '@parley/core/worker';
import { roomIO } from '../room/room-io.js';

/** Listens, and tells its log when it hears its caller, when that is missed, and when its session closes. The job ends with its room. */
export default defineAgent({
  async entry(context) {
    const { logger } = context;
    const room = await context.connect();
    room.onEvent((event) => void (event.type === 'participant-left' && logger.log('info', 'the caller is missed')));
    const io = roomIO(room, { logger });
    const session = new AgentSession({ vad: createScriptedVAD(), tts: null, logger });
    context.addShutdownCallback(() => session.close());
    session.on('user-state-changed', ({ newState }) => logger.log('info', `the caller is ${newState}`));
    session.on('close', ({ reason }) => logger.log('info', `the session has closed: ${reason}`));
    await session.start({ agent: new Agent({ instructions: '' }), io });
  },
});
