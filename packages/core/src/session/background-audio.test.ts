import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { createBackgroundAudio } from '../call-io/background-audio.js';
import { memoryIO } from '../call-io/memory-io.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

const hum = (value: number): readonly AudioFrame[] => [
  { samples: new Int16Array(320).fill(value), sampleRate: 16_000, channels: 1, atMs: 0 },
];

test('the thinking sound plays while the agent thinks, behind nothing else, and all ends with the session', async () => {
  const chances = [0.1, 0.6, 0.9];
  const background = createBackgroundAudio({
    ambientSound: hum(100),
    thinkingSound: [
      { source: hum(1000), probability: 0.5 },
      { source: hum(3000), probability: 0.3 },
    ],
    chance: () => chances.shift() ?? 0,
  });
  const clock = new VirtualClock();
  const levels: { readonly atMs: number; readonly value: number }[] = [];
  const io = memoryIO({
    clock,
    background,
    onAudio: ({ samples, atMs }) => void levels.push({ atMs, value: samples[samples.length - 1] ?? 0 }),
  });
  const problems = new ScriptProblems();
  const session = new AgentSession({
    clock,
    llm: createScriptedLLM([{ input: 'Hm?', output: 'Well.', ttftMs: 1000 }], problems),
    tts: createScriptedTTS([{ text: 'Well.', audioMs: 500, ttfbMs: 100 }], problems),
  });
  background.follow(session);
  await session.start({ agent: new Agent({ instructions: '' }), io });
  for (const startMs of [1000, 4000, 7000]) {
    await clock.advanceTo(startMs);
    await clock.runUntil(session.generateReply({ userInput: 'Hm?' }).waitForPlayout());
  }
  const between = (fromMs: number, untilMs: number) => [
    ...new Set(levels.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs).map(({ value }) => value)),
  ];
  expect(between(60, 980)).toEqual([100]);
  expect(between(1060, 2060)).toEqual([1100]);
  expect(between(2200, 2560)).toEqual([8100]);
  expect(between(4060, 5060)).toEqual([3100]);
  // The last chance was that of none.
  expect(between(7060, 8060)).toEqual([100]);
  const music = background.play(hum(1000), { loop: true });
  await clock.runUntil(session.close());
  await clock.runUntil(music.waitForPlayout());
  await clock.runUntilIdle();
  expect(() => background.play(hum(1))).toThrow('was disposed');
  problems.assertNone();
});
