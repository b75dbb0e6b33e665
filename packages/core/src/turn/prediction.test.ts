import { describe, expect, test } from 'vitest';
import { type Prediction, speaks, wantsPrediction } from './prediction.js';

const bySound = { hearsAudio: true, minSilenceMs: 200, languages: ['*'] };
const byText = { hearsAudio: false, minSilenceMs: 0, languages: ['en', 'de'] };
const asked: Prediction = { id: 1, text: 'hello', status: 'unfinished' };
const pause = { text: 'hello', isInterim: false, language: undefined };

describe('a turn detector is asked', () => {
  test.each([
    ['by sound before there is any text', bySound, undefined, { ...pause, text: '' }, true],
    ['by sound once, whatever text comes later', bySound, asked, { ...pause, text: 'hello there' }, false],
    ['by text only once there is some', byText, undefined, { ...pause, text: '' }, false],
    ['by text about what is final', byText, undefined, { ...pause, isInterim: true }, false],
    ['by text again when it is another', byText, asked, { ...pause, text: 'hello there' }, true],
    ['by text not again about the same', byText, asked, pause, false],
    ['not about a language that it does not know', byText, undefined, { ...pause, language: 'fr' }, false],
  ])('%s', (...[, needs, before, about, isWanted]) => {
    expect(wantsPrediction(needs, before, about)).toBe(isWanted);
  });
});

test.each([
  ['en-GB', ['en'], true],
  ['EN', ['en'], true],
  ['fr', ['en'], false],
  ['fr', ['*'], true],
  [undefined, ['en'], true],
])('language %s is one of %j: %s', (language, languages, isOne) => {
  expect(speaks(languages, language)).toBe(isOne);
});
