import { describe, expect, test } from 'vitest';
import { interruptByDurationAndWords } from './interruption-policy.js';
import type { TurnOptions } from './turn-options.js';
import {
  checkEndOfTurn,
  emptyUserTurn,
  isFinalDue,
  startSpeaking,
  stopSpeaking,
  takeFinal,
  takeInterim,
  type UserTurn,
} from './user-turn.js';

const options: TurnOptions = {
  turnDetection: 'vad',
  sttEnds: 'none',
  detector: null,
  endpointing: 'fixed',
  maxEndpointingDelayMs: 6000,
  transcriptionTimeoutMs: null,
  userTurnLimit: null,
  minInterruptionDurationMs: 500,
  minInterruptionWords: 0,
  interruptionPolicy: interruptByDurationAndWords,
  minConsecutiveSpeechDelayMs: 0,
  aecWarmupMs: null,
  minEndpointingDelayMs: 500,
  falseInterruptionTimeoutMs: 2000,
  resumeFalseInterruption: true,
  interimCommitTimeoutMs: 2000,
  discardAudioIfUninterruptible: true,
  preemptive: null,
  userAwayTimeoutMs: null,
};
const final = (text: string, segmentId = text) => ({ segmentId, text, endedMs: 0 });
const spoken: UserTurn = { ...takeFinal(emptyUserTurn, final('hello'), 2700), startedMs: 500, stoppedMs: 2500 };
const goingOn = takeInterim(spoken, { segmentId: 'next', text: 'and' });

describe('the end of a turn', () => {
  test.each<[string, UserTurn, ReturnType<typeof checkEndOfTurn>]>([
    ['waits while the user speaks', { ...spoken, isSpeaking: true }, { type: 'wait' }],
    ['waits for text', { ...emptyUserTurn, stoppedMs: 2500 }, { type: 'wait' }],
    ['is due after the delay, counted from the end of the voice', spoken, { type: 'due', by: 'endpointing', atMs: 3000 }],
    ['waits longer for an interim to become final', goingOn, { type: 'due', by: 'interim-commit', atMs: 4500 }],
    [
      'counts from the last final where no voice was heard to end',
      { ...spoken, stoppedMs: undefined },
      { type: 'due', by: 'endpointing', atMs: 3200 },
    ],
  ])('%s', (_name, turn, end) => {
    expect(checkEndOfTurn(turn, options, { nowMs: 2800, delayMs: 500 })).toEqual(end);
  });

  test('is only asked for in manual mode', () => {
    expect(checkEndOfTurn(spoken, { ...options, turnDetection: 'manual' }, { nowMs: 9000, delayMs: 500 })).toEqual({ type: 'wait' });
  });
});

describe('what the user has said', () => {
  test('is what was final and what may still change', () => {
    const turn = takeFinal(takeFinal(emptyUserTurn, final('one'), 1), final('two'), 2);
    expect(takeInterim(turn, { segmentId: 'three', text: 'thr' })).toMatchObject({ text: 'one two thr', hasInterim: true, finalAtMs: 2 });
  });

  test('an empty final takes the interim away', () => {
    const turn = takeFinal(takeInterim(emptyUserTurn, { segmentId: 'a', text: 'hm' }), final('', 'a'), 1);
    expect(turn).toMatchObject({ text: '', hasInterim: false, finalAtMs: undefined });
  });

  test('begins with the stretch in which the first word was said, not with noise before it', () => {
    const afterNoise = startSpeaking(stopSpeaking(startSpeaking(emptyUserTurn, 100, 150), 300), 5000, 5050);
    expect(afterNoise.startedMs).toBe(5000);
    expect(startSpeaking(stopSpeaking(takeFinal(afterNoise, final('so'), 5500), 5600), 6000, 6050).startedMs).toBe(5000);
  });
});

describe('where the STT ends turns', () => {
  const sttEnds: TurnOptions = { ...options, turnDetection: 'stt', sttEnds: 'speech' };
  test.each<[string, UserTurn, ReturnType<typeof checkEndOfTurn>]>([
    [
      'its end counts, whatever voice is heard',
      { ...spoken, isSpeaking: true, sttEndedMs: 2400 },
      { type: 'due', by: 'endpointing', atMs: 2900 },
    ],
    ['a turn without its end is over after the longest delay', spoken, { type: 'due', by: 'endpointing', atMs: 8700 }],
    ['text that may still change has that long too', goingOn, { type: 'due', by: 'interim-commit', atMs: 8800 }],
    ['a voice is waited for', { ...spoken, isSpeaking: true }, { type: 'wait' }],
  ])('%s', (_name, turn, end) => {
    expect(checkEndOfTurn(turn, sttEnds, { nowMs: 2800, delayMs: 500 })).toEqual(end);
  });
});

test.each<[string, Partial<UserTurn>, boolean]>([
  ['an interim', { hasInterim: true }, true],
  ['a voice', { isSpeaking: true }, true],
  ['a voice that has just ended', { stoppedMs: 2500 }, true],
  ['a voice whose final has come', { stoppedMs: 2500, finalAtMs: 2700 }, false],
  ['a voice that ended long ago', { stoppedMs: 100 }, false],
  ['nothing at all', {}, false],
])('a final is due after %s: %#', (_name, turn, isDue) => {
  expect(isFinalDue({ ...emptyUserTurn, ...turn }, 2800)).toBe(isDue);
});
