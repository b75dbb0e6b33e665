import { expect, test } from 'vitest';
import { speakableWords } from './speakable-words.js';
import { spokenWordTimings } from './spoken-word-timings.js';

/** Phones of 100 ms each. */
const phones = (names: string) => names.split(' ').map((name, index) => ({ name, endMs: (index + 1) * 100 }));
const times = (text: string, said: string, groups: readonly string[]) =>
  spokenWordTimings(
    speakableWords(text),
    phones(said),
    groups.map((group) => group.split(' ').filter((name) => name !== '')),
  ).map(({ word, startMs, endMs }) => [word.text, startMs, endMs]);

test('a word lasts from its first phone to its last, pauses left out', () => {
  expect(times('yes, no', 'pau y eh s pau n ow pau', ['y eh s', 'n ow'])).toEqual([
    ['yes,', 100, 400],
    ['no', 500, 700],
  ]);
});

test('a word that sounds otherwise in its sentence keeps its place', () => {
  // "Dr." by itself is "drive", before a name "doctor".
  expect(times('at Dr. Who', 'pau ae t d aa k t er hh uw pau', ['ae t', 'd r ay v', 'hh uw'])).toEqual([
    ['at', 100, 300],
    ['Dr.', 300, 800],
    ['Who', 800, 1000],
  ]);
});

test('a word whose sounds are missing is left out', () => {
  expect(times('a b c', 'pau ey s iy pau', ['ey', '', 's iy'])).toEqual([
    ['a', 100, 200],
    ['c', 200, 400],
  ]);
});

test('with other than one group for each word, nothing is told', () => {
  expect(times('a b', 'pau ey pau', ['ey'])).toEqual([]);
});

test('with more sounds than a sentence has, nothing is told rather than looked for long', () => {
  expect(times('a', `pau ${'ey '.repeat(2000)}pau`, ['ey '.repeat(2000)])).toEqual([]);
});
