import { describe, expect, test } from 'vitest';
import { ignoreBackchannels, interruptByDurationAndWords } from './interruption-policy.js';
import type { InterruptionVerdict, Overlap } from './turn-options.js';

const options = { minInterruptionDurationMs: 500, minInterruptionWords: 0 };
const quiet: Overlap = { speechMs: 0, words: 0, text: '', isFinal: false, hasVad: true };

describe('by duration and words', () => {
  test.each<[string, Partial<Overlap>, InterruptionVerdict]>([
    ['a short sound is none', { speechMs: 499 }, 'ignore'],
    ['speech of the full length pauses', { speechMs: 500 }, 'pause'],
    ['a final transcript stops', { text: 'wait', words: 1, isFinal: true }, 'stop'],
    ['S030 an interim one does not, where a VAD listens', { text: 'wait', words: 1 }, 'ignore'],
    ['S030 but does where none does', { text: 'wait', words: 1, hasVad: false }, 'stop'],
  ])('%s', (_name, overlap, verdict) => {
    expect(interruptByDurationAndWords({ ...quiet, ...overlap }, options)).toBe(verdict);
  });

  test('too few words are none, however long they take', () => {
    const overlap = { ...quiet, speechMs: 3000, text: 'well', words: 1, isFinal: true };
    expect(interruptByDurationAndWords(overlap, { ...options, minInterruptionWords: 2 })).toBe('ignore');
  });
});

test.each<[string, InterruptionVerdict]>([
  ['uh-huh', 'ignore'],
  ['yeah, okay', 'ignore'],
  ['I see', 'ignore'],
  ['yes but no', 'stop'],
  ['stop', 'stop'],
])('backchannels only say that somebody listens: %j is %s', (text, verdict) => {
  expect(ignoreBackchannels({ ...quiet, speechMs: 600, text, words: text.split(' ').length, isFinal: true }, options)).toBe(verdict);
});
