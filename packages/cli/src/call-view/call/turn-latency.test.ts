import type { ExecutedToolCall, TurnMetrics } from '@parley/core';
import { expect, test } from 'vitest';
import { turnLatency } from './turn-latency.js';

const step = (metrics: Partial<TurnMetrics>): TurnMetrics => ({ speechId: 'speech', step: 0, playedMs: 0, interrupted: false, ...metrics });
const call = (startedAt: number, endedAt: number): ExecutedToolCall => ({
  callId: `${startedAt}`,
  name: 'tool',
  argumentsJson: '{}',
  output: '',
  isError: false,
  startedAt,
  endedAt,
});

test('the stages of a reply add up to the silence that the caller heard', () => {
  const latency = turnLatency(
    [
      step({
        userStoppedAt: 1000,
        transcriptionDelayMs: 200,
        endOfTurnDelayMs: 500,
        hookMs: 10,
        llmFirstTokenMs: 20,
        llmFirstSentenceMs: 60,
        ttsFirstAudioMs: 80,
        playoutStartedAt: 1660,
        playedMs: 900,
      }),
    ],
    [],
  );
  expect(latency).toEqual({
    speechId: 'speech',
    userStoppedAt: 1000,
    responseMs: 660,
    playedMs: 900,
    interrupted: false,
    stages: [
      { name: 'transcript', durationMs: 200 },
      { name: 'end of turn', durationMs: 300 },
      { name: 'hook', durationMs: 10 },
      { name: 'LLM', durationMs: 60 },
      { name: 'TTS', durationMs: 80 },
      { name: 'other', durationMs: 10 },
    ],
  });
});

test('a reply after tools counts from the voice to the first sound, with what the tools took', () => {
  const latency = turnLatency(
    [
      step({ userStoppedAt: 1000, endOfTurnDelayMs: 500, llmFirstTokenMs: 40 }),
      step({ step: 1, llmFirstSentenceMs: 50, ttsFirstAudioMs: 60, playoutStartedAt: 1900 }),
    ],
    // Two at once, then one that ran after the first sound.
    [call(1540, 1640), call(1590, 1790), call(2000, 3000)],
  );
  expect(latency?.responseMs).toBe(900);
  expect(latency?.stages).toEqual([
    { name: 'end of turn', durationMs: 500 },
    { name: 'LLM', durationMs: 90 },
    { name: 'tools', durationMs: 250 },
    { name: 'TTS', durationMs: 60 },
  ]);
});

test('a speech that nobody heard has no latency', () => {
  expect(turnLatency([step({ userStoppedAt: 1000, endOfTurnDelayMs: 500 })], [])).toBeUndefined();
  expect(turnLatency([], [])).toBeUndefined();
});

test('an LLM that had begun before the turn was over leaves nothing unaccounted for', () => {
  const latency = turnLatency(
    [step({ userStoppedAt: 1000, endOfTurnDelayMs: 500, llmFirstSentenceMs: 300, ttsFirstAudioMs: 50, playoutStartedAt: 1600 })],
    [],
  );
  expect(latency?.stages.some((stage) => stage.name === 'other')).toBe(false);
});

test('what answers no turn counts from the request to speak', () => {
  const latency = turnLatency([step({ replyDelayMs: 70, ttsFirstAudioMs: 70, playoutStartedAt: 5000 })], []);
  expect(latency).toMatchObject({ responseMs: 70, stages: [{ name: 'TTS', durationMs: 70 }] });
  expect(latency).not.toHaveProperty('userStoppedAt');
});

test('a hook that does nothing is no stage', () => {
  const latency = turnLatency(
    [step({ userStoppedAt: 1000, endOfTurnDelayMs: 500, hookMs: 0.2, ttsFirstAudioMs: 60, playoutStartedAt: 1561 })],
    [],
  );
  expect(latency?.stages.map((stage) => stage.name)).toEqual(['end of turn', 'TTS', 'other']);
});
