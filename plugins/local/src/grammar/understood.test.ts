import { expect, test } from 'vitest';
import { isUnderstood } from './understood.mjs';

type Word = Parameters<typeof isUnderstood>[0][number];
const limits = { maxPauseMs: 500, maxTrailingSilenceMs: 800 };

/** Words one after another; scores per frame of 10 ms. */
function words(...entries: readonly (readonly [text: string, durationMs: number, perFrame: number])[]): Word[] {
  let startMs = 0;
  return entries.map(([text, durationMs, perFrame]) => {
    const word = { text, startMs, durationMs, score: (perFrame * durationMs) / 10 };
    startMs += durationMs;
    return word;
  });
}
/** The loop scores -100 a frame throughout, in phones of 70 ms. */
const loop = words(...Array.from({ length: 100 }, () => ['_ah', 70, -100] as const));

test.each<[string, Word[], boolean]>([
  ['words that fit better than any sounds', words(['yes', 300, -90], ['please', 300, -95]), true],
  ['nothing', [], false],
  ['silence alone', words(['<sil>', 400, -90]), false],
  ['words that fit worse on the whole', words(['yes', 300, -101], ['please', 300, -100]), false],
  ['one word that fits much worse', words(['yes', 500, -80], ['lobster', 300, -121]), false],
  ['one word that fits a little worse', words(['yes', 500, -80], ['please', 300, -119]), true],
  ['a short word that fits worse', words(['book', 500, -80], ['a', 60, -135], ['table', 300, -80]), true],
  ['a short word that fits far worse', words(['book', 500, -80], ['a', 60, -145], ['table', 300, -80]), false],
  ['a pause that a VAD would not have cut', words(['yes', 300, -90], ['<sil>', 490, -90], ['please', 300, -90]), true],
  ['a long pause, in which something else was said', words(['yes', 300, -90], ['<sil>', 500, -90], ['please', 300, -90]), false],
  ['noise instead of a pause', words(['yes', 300, -90], ['[NOISE]', 600, -90], ['please', 300, -90]), false],
  ['what a VAD leaves at the end', words(['yes', 300, -90], ['<sil>', 790, -90]), true],
  ['more silence at the end', words(['yes', 300, -90], ['<sil>', 800, -90]), false],
  ['any silence before', words(['<sil>', 2000, -90], ['yes', 300, -90]), true],
])('%s: %s', (_, spoken, expected) => {
  expect(isUnderstood(spoken, loop, limits)).toBe(expected);
});
