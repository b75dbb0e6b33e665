import { expect, test } from 'vitest';
import { agentState, sampleStart, userState } from './__fixtures__/sample-call.js';
import { agentSpans, userSpans } from './state-spans.js';

test('the lane of a party covers the whole recording without a gap', () => {
  const events = [agentState(100, 'initializing', 'speaking'), agentState(900, 'speaking', 'listening')];
  expect(agentSpans({ events, startedAt: sampleStart, durationMs: 2000 })).toEqual([
    { state: 'initializing', startMs: 0, endMs: 100 },
    { state: 'speaking', startMs: 100, endMs: 900 },
    { state: 'listening', startMs: 900, endMs: 2000 },
  ]);
});

test('a change dated before the one told earlier does not turn the lane back', () => {
  const events = [userState(1000, 'listening', 'speaking'), userState(800, 'speaking', 'listening'), userState(1500, 'listening', 'away')];
  expect(userSpans({ events, startedAt: sampleStart, durationMs: 2000 })).toEqual([
    { state: 'listening', startMs: 0, endMs: 1500 },
    { state: 'away', startMs: 1500, endMs: 2000 },
  ]);
});

test('a change told late begins where the one before it ended', () => {
  const events = [userState(1000, 'listening', 'speaking'), userState(1800, 'speaking', 'listening'), userState(1500, 'listening', 'away')];
  expect(userSpans({ events, startedAt: sampleStart, durationMs: 2000 }).map((span) => [span.state, span.startMs])).toEqual([
    ['listening', 0],
    ['speaking', 1000],
    ['away', 1800],
  ]);
});

test('what happened before the first sample or after the last is kept within the recording', () => {
  const events = [agentState(-50, 'initializing', 'listening'), agentState(5000, 'listening', 'speaking')];
  expect(agentSpans({ events, startedAt: sampleStart, durationMs: 2000 })).toEqual([{ state: 'listening', startMs: 0, endMs: 2000 }]);
});
