import { expect, test } from 'vitest';
import { AgentSession } from './agent-session.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { Agent } from '../agent/agent.js';
import type { AgentOptions } from '../agent/agent-constructor-options.js';

/** What JavaScript may pass, whatever the types say. */
const passed = (options: object): AgentOptions => Object.assign({ instructions: '' }, options);
const refusal = (options: object): string => {
  try {
    return new Agent(passed(options)).label;
  } catch (error) {
    return error instanceof TypeError ? error.message : `not a TypeError: ${String(error)}`;
  }
};

test('a provider of another kind, or of another specification version, is refused at once', () => {
  const tts = createScriptedTTS([], new ScriptProblems());
  const stt = createScriptedSTT([]);
  expect(refusal({ stt: tts })).toBe('Agent: option "stt" is an object; it must be a provider of kind "stt", not "tts"');
  expect(refusal({ tts: { ...tts, specificationVersion: 2 } })).toBe(
    'Agent: option "tts" is an object; it must be of specification version 1, not 2; install a version of the plugin that fits this core',
  );
  expect(refusal({ llm: {} })).toBe('Agent: option "llm" is an object; it must be a provider of kind "llm"');
  expect(refusal({ llm: 5 })).toBe('Agent: option "llm" is 5; it must be a provider of kind "llm"');
  expect(refusal({ stt, tts, llm: null, vad: undefined })).toBe('Agent');
});

test('so it is with a session, and after its close every method says that it is closed', async () => {
  expect(() => new AgentSession({ ...passed({ stt: createScriptedTTS([], new ScriptProblems()) }) })).toThrow(TypeError);
  const session = new AgentSession();
  await session.start({ agent: new Agent({ instructions: '' }) });
  await session.close();
  const closed = /: the session is closed: make a new one for the next call$/;
  expect(() => session.say('hello')).toThrow(closed);
  expect(() => session.generateReply()).toThrow(closed);
  expect(() => session.interrupt()).toThrow(closed);
  expect(() => session.commitUserTurn()).toThrow(closed);
  expect(() => session.clearUserTurn()).toThrow(closed);
  expect(() => session.updateIO({})).toThrow(closed);
  await expect(session.updateAgent(new Agent({ instructions: '' }))).rejects.toThrow(closed);
});
