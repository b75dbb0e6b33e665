import { describe, expect, test } from 'vitest';
import { ignoreBackchannels, ignorePhrases, interruptByDurationAndWords } from './interruption-policy.js';
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
  ['Mm-hmm.', 'ignore'],
  ['Okay, okay, right.', 'ignore'],
  ['ach so, ja genau', 'ignore'],
  ["D'accord.", 'ignore'],
  ['d’accord', 'ignore'],
  ['Sí, claro.', 'ignore'],
  ['ho capito', 'ignore'],
  ['tá bom', 'ignore'],
  ['ja, precies', 'ignore'],
  ['はい、なるほど', 'ignore'],
  ['うんうん', 'ignore'],
  ['嗯，好的', 'ignore'],
  ['네, 알겠습니다', 'ignore'],
  ['yes but no', 'stop'],
  ['stop', 'stop'],
  ['okay stop', 'stop'],
  ['right now', 'stop'],
  ['はい待って', 'stop'],
  ['I', 'stop'],
  ['okayish', 'stop'],
  ['yes yes yes yes yes', 'stop'],
])('backchannels only say that somebody listens: %j is %s', (text, verdict) => {
  expect(ignoreBackchannels({ ...quiet, speechMs: 600, text, words: text.split(' ').length, isFinal: true }, options)).toBe(verdict);
});

test('a policy of its own lets pass the words it was given, and no others', () => {
  const policy = ignorePhrases(['Na klar', 'eben']);
  const heard = (text: string) => policy({ ...quiet, text, words: 2, isFinal: true }, options);
  expect([heard('Na klar, eben!'), heard('klar'), heard('okay')]).toEqual(['ignore', 'stop', 'stop']);
});

test('what has no text yet goes by its duration', () => {
  expect(ignoreBackchannels({ ...quiet, speechMs: 600 }, options)).toBe('pause');
});

test('a policy without phrases is a mistake, and says so', () => {
  expect(() => ignorePhrases([])).toThrow(/at least one phrase/);
  expect(() => ignorePhrases(['…'])).toThrow(TypeError);
});
