import { expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import { createDeferred } from '../stream/deferred.js';
import { scenario } from '../testing/scenario.js';

test('S164 the history is in the order of its times, also when results arrive late: with their calls, where the model answers them (0020)', async () => {
  const looked = createDeferred<string>();
  const { session, history } = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'weather?' }],
    llm: [
      { input: 'weather?', output: 'one moment', toolCalls: [{ name: 'look', argumentsJson: '{}' }] },
      { input: 'also this', output: 'noted' },
      { input: 'sunny', output: 'it is sunny' },
    ],
    tts: [
      { text: 'one moment', audioMs: 1000 },
      { text: 'noted', audioMs: 500 },
      { text: 'it is sunny', audioMs: 500 },
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
  expect(history).toEqual([
    'user: weather?',
    'assistant: one moment',
    'user: also this',
    'assistant: noted',
    'call: look {}',
    'output: sunny',
    'assistant: it is sunny',
  ]);
  const times = session.history.items.map((item) => item.createdAtMs);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
});
