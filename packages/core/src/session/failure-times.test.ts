import { expect, test } from 'vitest';
import { scenario, type ScenarioResult } from '../testing/scenario.js';

const first = 'The first sentence of the answer is here.';
const second = 'The second sentence of the answer follows.';
const user = [{ startMs: 500, endMs: 1500, text: 'go' }];
const told = ({ events }: ScenarioResult) =>
  events.flatMap(({ atMs, event }) =>
    event.type === 'error' ? [`${atMs} ${event.createdAt} ${event.source} ${event.error.message} ${event.recoverable}`] : [],
  );

test('a TTS that fails in mid-reply is told of when it fails, and not when what is there was heard', async () => {
  const result = await scenario({
    user,
    llm: [{ input: 'go', output: `${first} ${second}` }],
    options: { connectOptions: { tts: { maxRetries: 0 } } },
    tts: [
      { text: first, audioMs: 6000 },
      { text: second, audioMs: 2000, error: new Error('gone') },
    ],
    durationMs: 15_000,
  });
  const [error, ...others] = told(result);
  expect(others).toEqual([]);
  const [whenMs, createdAt] = (error ?? '').split(' ').map(Number);
  expect(createdAt).toBe(whenMs);
  expect(whenMs).toBeLessThan(result.played[0]?.endedMs ?? 0);
  expect(error).toContain('tts gone false');
  const recovered = result.events.find(({ event }) => event.type === 'recovered');
  expect(recovered?.event).toMatchObject({ source: 'tts', action: 'ended the reply with what was heard' });
});

test('so is an LLM', async () => {
  const result = await scenario({
    user,
    llm: [{ input: 'go', output: first, error: new Error('broke') }],
    tts: [{ text: first, audioMs: 5000 }],
    durationMs: 15_000,
  });
  expect(told(result)).toEqual(['2300 2300 llm broke false']);
  expect(result.played[0]?.endedMs).toBe(7500);
});
