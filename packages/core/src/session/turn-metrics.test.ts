import { expect, test } from 'vitest';
import { tokenRate, turnDelays } from './turn-metrics.js';

const turn = { text: 'hello', startedMs: 1000, stoppedMs: 1005, finalAtMs: 1005.2, committedMs: 1005.4 };

test.each([
  ['counts both from the end of the voice', turn, { transcriptionDelayMs: 0.2, endOfTurnDelayMs: 0.4 }],
  ['gives nothing for a voice that ended before it began', { ...turn, stoppedMs: 780 }, {}],
  [
    'knows no delay of a transcript that came at once',
    { ...turn, stoppedMs: 1000, finalAtMs: 1000, committedMs: 1000.3 },
    { transcriptionDelayMs: 0, endOfTurnDelayMs: 0.3 },
  ],
  ['gives nothing if an anchor is missing', { ...turn, finalAtMs: undefined }, {}],
])('S003 the delays of a turn: %s', (_name, anchors, delays) => {
  const rounded = Object.fromEntries(Object.entries(turnDelays(anchors)).map(([name, value]) => [name, Math.round(value * 10) / 10]));
  expect(rounded).toEqual(delays);
});

test.each([
  ['two tokens and their number', { firstTokenMs: 200, lastTokenMs: 250, outputTokens: 10 }, { llmTokensPerSecond: 200 }],
  ['none counted', { firstTokenMs: 200, lastTokenMs: 250, outputTokens: 0 }, { llmTokensPerSecond: 0 }],
  ['their number not known', { firstTokenMs: 200, lastTokenMs: 250, outputTokens: undefined }, {}],
  ['one token only', { firstTokenMs: 200, lastTokenMs: 200, outputTokens: 30 }, {}],
  ['no token', { firstTokenMs: undefined, lastTokenMs: undefined, outputTokens: 30 }, {}],
])('S004 the rate of tokens: %s', (_name, step, rate) => {
  expect(tokenRate(step)).toEqual(rate);
});
