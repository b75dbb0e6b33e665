import { Agent, AgentSession } from '@parley/core';
import { createScriptedLLM, createScriptedSTT, createScriptedTTS, createScriptedVAD, ScriptProblems } from '@parley/core/testing';
import { defineAgent } from '@parley/core/worker';

/** Answers one question, heard from 400 to 1400 ms, with what it found in `context.info.metadata`, and hangs up. */
export default defineAgent({
  async entry(context) {
    const room = await context.connect();
    await context.waitForParticipant();
    const problems = new ScriptProblems();
    const answer = `until six, ${context.info.metadata}`;
    const session = new AgentSession({
      vad: createScriptedVAD(),
      stt: createScriptedSTT([{ startMs: 400, endMs: 1400, text: 'how long are you open' }]),
      llm: createScriptedLLM([{ input: 'how long are you open', output: answer }], problems),
      tts: createScriptedTTS([{ text: answer, audioMs: 600 }], problems),
      logger: context.logger,
    });
    context.addShutdownCallback(() => session.close());
    session.on('agent-state-changed', ({ oldState }) => void (oldState === 'speaking' && context.shutdown('all was said')));
    await session.start({ agent: new Agent({ instructions: 'Be scripted.' }), io: room.io ?? {} });
  },
});
