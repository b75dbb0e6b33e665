import { runApp } from '@parley/cli';
import { Agent, AgentSession } from '@parley/core';
import { defineAgent } from '@parley/core/worker';
import { publishAgentState, roomIO } from '@parley/livekit';

/** An agent in production: the program of the image, and the module that its job processes load. */
export default defineAgent({
  entry: async (context) => {
    const room = await context.connect();
    await context.waitForParticipant();
    const io = roomIO(room, { logger: context.logger });
    const session = new AgentSession({
      stt: 'deepgram/nova-3:en',
      llm: 'openai/gpt-4.1-mini',
      tts: 'elevenlabs/flash-v2.5:21m00Tcm4TlvDq8ikWAM',
      aecWarmupMs: io.aecWarmupMs,
      logger: context.logger,
    });
    context.addShutdownCallback(() => session.close());
    session.on('close', ({ reason }) => context.shutdown(`the session has ended: ${reason}`));
    publishAgentState(room, session, { name: 'Ada' });
    await session.start({ agent: new Agent({ instructions: 'You are Ada, who answers the telephone of a hotel. Be brief.' }), io });
    session.generateReply({ instructions: 'Greet the caller, and ask what you can do.' });
  },
});

// What differs between two clusters is set by flags in the manifest; what belongs to the program, here. The limit is of a job process with its
// ten calls: it ends one that leaks, before the container's own limit would end all.
void runApp({ agent: import.meta.url, agentName: 'ada', memoryWarnMb: 500, memoryLimitMb: 700 });
