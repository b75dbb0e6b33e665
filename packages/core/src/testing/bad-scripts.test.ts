import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { createScriptedInput } from './scripted-input.js';
import { createScriptedLLM } from './scripted-llm.js';
import { createScriptedTTS } from './scripted-tts.js';
import { createScriptedTurnDetector } from './scripted-turn-detector.js';
import { scenario } from './scenario.js';
import { ScriptProblems } from './script-problems.js';
import { textCall } from './text-call.js';

/** As from JavaScript, where nothing is checked beforehand. */
function anyhow<T>(value: unknown): T;
function anyhow(value: unknown): unknown {
  return value;
}

describe('a slip of the pen in a test is an error that names it', () => {
  const agent = new Agent({ instructions: '' });

  test('in what a scenario is given', async () => {
    await expect(scenario(anyhow({ users: [], durationMs: 10 }))).rejects.toThrow(/^scenario: there is no field "users"; known are user,/);
    await expect(scenario(anyhow({}))).rejects.toThrow(/^scenario: "durationMs" is undefined; it must be the length of the call/);
    await expect(scenario(anyhow(undefined))).rejects.toThrow(/^scenario: was given undefined; it must be an object/);
    await expect(scenario(anyhow({ durationMs: 10, at: { soon: () => {} } }))).rejects.toThrow(/^scenario: "at" has "soon"/);
    await expect(scenario(anyhow({ durationMs: 10, llm: [{ input: 'a', outptu: 'b' }] }))).rejects.toThrow(
      /createScriptedLLM, entry 0: there is no field "outptu"/,
    );
    await expect(scenario(anyhow({ durationMs: 10, tts: {} }))).rejects.toThrow(
      /createScriptedTTS: its script is an object; it must be a list/,
    );
    await expect(scenario(anyhow({ durationMs: 10, user: [{ startMs: 0, endMs: 50, txt: '' }] }))).rejects.toThrow(
      /utterance 0: there is no field "txt"/,
    );
  });

  test('in what a call in writing is given', async () => {
    await expect(textCall(anyhow({ agent, replies: [] }))).rejects.toThrow(
      /^textCall: there is no field "replies"; known are agent, llm, options/,
    );
  });

  test('in what is asked of a result', async () => {
    await using call = await textCall({ agent, llm: [{ input: 'q', output: 'a' }] });
    const { expect: result } = await call.run('q');
    const wrong = anyhow<Record<string, never>>({ content: 'zzz' });
    expect(() => result.at(0).isMessage(wrong)).toThrow(/^isMessage: there is no field "content"; known are type, role, text, interrupted/);
    expect(() => result.at(0).isToolCall(wrong)).toThrow(/^isToolCall: there is no field "content"/);
    expect(() => result.at(0).isToolOutput(wrong)).toThrow(/^isToolOutput: there is no field "content"/);
    expect(() => result.at(0).isHandoff(wrong)).toThrow(/^isHandoff: there is no field "content"/);
    expect(() => result.containsMessage(wrong)).toThrow(/^containsMessage: there is no field "content"/);
    expect(() => result.containsToolCall(wrong)).toThrow(/^containsToolCall: there is no field "content"/);
    expect(() => result.range(0).containsToolOutput(wrong)).toThrow(/^containsToolOutput: there is no field "content"/);
    expect(() => result.range(0).containsHandoff(wrong)).toThrow(/^containsHandoff: there is no field "content"/);
    expect(() => result.next(anyhow({ type: 'massage' }))).toThrow(
      /^next: the type is "massage"; it must be one of "message", "tool-call"/,
    );
    expect(() => result.next(anyhow({ tipe: 'message' }))).toThrow(/^next: there is no field "tipe"; known are type/);
    expect(() => result.skipNextIf(anyhow({ type: 'massage' }))).toThrow(/^skipNextIf: the type is "massage"/);
    result.next({ type: 'message' }).isMessage({ text: 'a' });
  });

  test('in what a part is made of', () => {
    for (const make of [createScriptedLLM, createScriptedTTS, createScriptedTurnDetector]) {
      expect(() => make([], anyhow(undefined))).toThrow(`${make.name}: the second argument must be a ScriptProblems`);
      expect(() => make(anyhow(undefined), new ScriptProblems())).toThrow(`${make.name}: its script is undefined; it must be a list`);
    }
    expect(() => createScriptedInput(anyhow(undefined))).toThrow(/utterances must be a list/);
  });
});
