import { expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import type { LLM } from '../provider/llm.js';
import { sleep } from '../stream/sleep.js';
import { scenario } from '../testing/scenario.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { ScriptProblems } from '../testing/script-problems.js';

const user = [{ startMs: 500, endMs: 1500, text: 'hi' }];

/** Writes a text, pauses, and goes on with more of it, or with a tool. */
const pausingLLM = (text: string, pauseMs: number, more?: string): LLM => ({
  ...createScriptedLLM([], new ScriptProblems()),
  async *generate({ clock, chat, signal }) {
    const isAnswer = chat.some((item) => item.type === 'tool-output');
    if (!isAnswer) yield { type: 'text-delta', text };
    if (!isAnswer) await sleep(pauseMs, { clock, signal });
    if (more === undefined && !isAnswer) yield { type: 'tool-call', callId: 'a', name: 'look', argumentsJson: '{}' };
    if (more !== undefined && !isAnswer) yield { type: 'text-delta', text: more };
    yield { type: 'finish', reason: 'stop' };
  },
});
const spoken = async (llm: LLM, tts: readonly string[]) => {
  const result = await scenario({
    user,
    options: { llm },
    tools: { look: tool({ description: 'Looks.', execute: () => 'done' }) },
    tts: tts.map((text) => ({ text, audioMs: 1000 })),
    durationMs: 12_000,
  });
  return result.ttsCalls.map(({ atMs, texts }) => `${atMs} ${texts.join('|')}`);
};

test('a whole sentence is spoken after a pause of 250 ms behind it, and not only when the tool behind it is called', async () => {
  const text = 'Let me look that up for you.';
  expect(await spoken(pausingLLM(text, 4000), [text])).toEqual([`2250 ${text}`]);
  expect(await spoken(pausingLLM('One moment.', 4000), ['One moment.'])).toEqual(['2250 One moment.']);
});

test.each(['We meet Dr.', 'It costs 3.', 'You can say <b>this is it.', 'and then'])('"%s" may go on yet: it waits', async (text) => {
  const whole = `${text} Who knows what.`;
  expect(await spoken(pausingLLM(text, 2000, ' Who knows what.'), [whole])).toEqual([`4000 ${whole}`]);
});

test('a pause shorter than that makes no difference', async () => {
  expect(await spoken(pausingLLM('Sure.', 200, ' Here it is now.'), ['Sure. Here it is now.'])).toEqual(['2200 Sure. Here it is now.']);
});
