import { runApp } from '@parley/cli';
import { AgentSession } from '@parley/core';
import { defineAgent } from '@parley/core/worker';
import { publishAgentState, roomIO } from '@parley/livekit';
import { BookingBook } from './src/booking-book.js';
import { FrontDesk } from './src/front-desk.js';
import { createModels } from './src/models.js';

/** The front desk takes calls in rooms of a LiveKit server. One file: the program, and the module that its job processes load. */
export default defineAgent({
  prewarm: async () => {
    const models = createModels();
    await models.prewarm();
    return { models };
  },
  entry: async (context) => {
    const room = await context.connect();
    await context.waitForParticipant();
    const { vad, stt, llm, tts } = context.process.userData.models;
    const io = roomIO(room, { logger: context.logger });
    const session = new AgentSession({ vad, stt, llm, tts, aecWarmupMs: io.aecWarmupMs, logger: context.logger });
    context.addShutdownCallback(() => session.close());
    session.on('close', ({ reason }) => context.shutdown(`the session has ended: ${reason}`));
    publishAgentState(room, session, { name: 'Front desk' });
    await session.start({ agent: new FrontDesk(new BookingBook()), io });
  },
});

void runApp({
  agent: import.meta.url,
  recording: new URL('./caller.wav', import.meta.url),
  // Loading the models takes a second or two, on a slow machine more.
  initializeTimeoutMs: 30_000,
  onRegistered: () => 'call it from another terminal: npm run caller, or join any new room of this server with a LiveKit client',
});
