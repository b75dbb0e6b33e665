import { expect, test } from 'vitest';
import { scenario } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedTurnDetector } from '../testing/scripted-turn-detector.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';

const user = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const reply = { llm: [{ input: 'hello', output: 'hi' }], tts: [{ text: 'hi', audioMs: 500 }], durationMs: 6000 };

test('S111 a VAD and a detector that are given are kept; none is none, and nothing is put in its place (0043)', async () => {
  const problems = new ScriptProblems();
  const detector = createScriptedTurnDetector([{ probability: 1 }], problems);
  const given = await scenario({ user, ...reply, options: { vad: createScriptedVAD(), turnDetection: detector } });
  expect(given.history).toEqual(['user: hello', 'assistant: hi']);
  expect(detector.asked).toHaveLength(1);
  const none = await scenario({ user, ...reply, options: { vad: null } });
  expect(none.timeline).not.toContain('user speaking');
  expect(none.history).toEqual(['user: hello', 'assistant: hi']);
  problems.assertNone();
});
