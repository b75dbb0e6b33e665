import { expect, test } from 'vitest';
import { demoLatencies } from './demo-latencies.js';

const metrics = (fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ type: 'turn-metrics', createdAt: 1, metrics: fields });

test('a turn counts from the decision that it is over to the first sound of the reply', () => {
  const call = metrics({ speechId: 'speech-1', step: 0, userStoppedAt: 1000, endOfTurnDelayMs: 500, playoutStartedAt: 1650 });
  expect(demoLatencies(call)).toEqual([150]);
});

test('where a tool was called before anything was said, the sound of the later step counts', () => {
  const call = [
    metrics({ speechId: 'speech-1', step: 0, userStoppedAt: 1000, endOfTurnDelayMs: 500, playedMs: 0 }),
    metrics({ speechId: 'speech-1', step: 1, playoutStartedAt: 1700 }),
  ];
  expect(demoLatencies(call.join('\n'))).toEqual([200]);
});

test('what is said after the first sound of the same speech does not count again', () => {
  const call = [
    metrics({ speechId: 'speech-1', step: 0, userStoppedAt: 1000, endOfTurnDelayMs: 500, playoutStartedAt: 1600 }),
    metrics({ speechId: 'speech-1', step: 1, playoutStartedAt: 4000 }),
  ];
  expect(demoLatencies(call.join('\n'))).toEqual([100]);
});

test('a greeting, a silent turn and other events do not count', () => {
  const call = [
    metrics({ speechId: 'speech-1', step: 0, playoutStartedAt: 500 }),
    JSON.stringify({ type: 'speech-created', speechId: 'speech-2', source: 'user-turn' }),
    metrics({ speechId: 'speech-2', step: 0, userStoppedAt: 1000, endOfTurnDelayMs: 500, playedMs: 0 }),
    '',
  ];
  expect(demoLatencies(call.join('\n'))).toEqual([]);
});

test('events that are wrapped in a line of their own are found too', () => {
  const call = `{"atMs":1,"event":${metrics({ speechId: 'speech-1', userStoppedAt: 0, endOfTurnDelayMs: 10, playoutStartedAt: 15 })}}`;
  expect(demoLatencies(call)).toEqual([5]);
});
