import { expect, test } from 'vitest';
import { speakableWords } from './speakable-words.js';
import { spokenPieces } from './spoken-pieces.js';

const pieces = (text: string) => spokenPieces(speakableWords(text)).map((piece) => piece.map((word) => word.spoken).join(' '));

test.each([
  ['One. Two! Three? Four', ['One.', 'Two!', 'Three?', 'Four']],
  ['He said "Go." Then he went.', ['He said "Go."', 'Then he went.']],
  ['Dr. Smith and J. R. Brown, e.g. Bob.', ['Dr. Smith and J. R. Brown, e.g. Bob.']],
  ['At 8.30 p.m. we close. See you.', ['At 8.30 p.m. we close.', 'See you.']],
  ['It costs 5 dollars. 10 for two.', ['It costs 5 dollars.', '10 for two.']],
  ['', []],
])('%j is cut into %j', (text, expected) => {
  expect(pieces(text)).toEqual(expected);
});

test('a long sentence is cut after a comma in the second half of what fits', () => {
  const text = `${'word '.repeat(40)}here, ${'more '.repeat(40)}end.`;
  const [first, second] = pieces(text);
  expect(first?.endsWith('here,')).toBe(true);
  expect(second?.endsWith('end.')).toBe(true);
});

test('no piece is longer than 300 characters', () => {
  const text = `${'word '.repeat(500)}${'x'.repeat(400)} ${'word '.repeat(100)}`;
  expect(Math.max(...pieces(text).map((piece) => piece.length))).toBeLessThanOrEqual(300);
  expect(pieces(text).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
});
