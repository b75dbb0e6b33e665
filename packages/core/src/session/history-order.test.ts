import { expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import { createDeferred } from '../stream/deferred.js';
import { scenario } from '../testing/scenario.js';

test('S164 a tool’s results that come late stand where its call was made, before what was written meanwhile', async () => {
  const looked = createDeferred<string>();
  const { session, history } = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'weather?' }],
    llm: [
      { input: 'weather?', output: 'one moment', toolCalls: [{ name: 'look', argumentsJson: '{}' }] },
      { input: 'also this', output: 'noted' },
    ],
    tts: [
      { text: 'one moment', audioMs: 1000 },
      { text: 'noted', audioMs: 500 },
    ],
    tools: {
      look: tool({
        description: 'Looks out of the window.',
        parameters: { type: 'object', properties: {} },
        execute: () => looked.promise,
      }),
    },
    at: {
      6000: (running) => void running.generateReply({ userInput: 'also this' }),
      7300: () => looked.resolve('sunny'),
    },
    durationMs: 14_000,
  });
  expect(history.slice(0, 4)).toEqual(['user: weather?', 'assistant: one moment', 'call: look {}', 'output: sunny']);
  expect(history[4]).toBe('user: also this');
  const times = session.history.items.map((item) => item.createdAtMs);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
});
