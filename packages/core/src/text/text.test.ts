import { describe, expect, test } from 'vitest';
import { alignedEnd } from './align-words.js';
import { paragraphSpans } from './paragraphs.js';
import { countSyllables } from './syllables.js';
import { bareWord, wordSpans } from './words.js';

test.each([
  ['long', 1],
  ['answer', 2],
  ['many', 2],
  ['one', 1],
  ['table', 2],
  ['communication', 5],
  ['8', 2],
  ['東京', 2],
  ['expected', 3],
  ['window', 2],
  ['--', 0],
  ['<emotion value="very happy">', 0],
])('S147 %s has %i syllables', (word, syllables) => {
  expect(countSyllables(word)).toBe(syllables);
});

test('S147 words are found with their places, CJK sign by sign', () => {
  expect(wordSpans('Hi, 你好 there.').map((word) => [word.text, word.start])).toEqual([
    ['Hi,', 0],
    ['你', 4],
    ['好', 5],
    ['there.', 7],
  ]);
});

test('S147 tags stand among the words as they were typed, and are not said', () => {
  const spans = wordSpans('Well,<break time="1 s"/> <b>你好</b> x<3 a <b c');
  expect(spans.map((word) => word.text)).toEqual(['Well,', '<break time="1 s"/>', '<b>', '你', '好', '</b>', 'x<3', 'a', '<b', 'c']);
  expect(spans.map((word) => bareWord(word.text))).toEqual(['well', '', '', '你', '好', '', 'x3', 'a', 'b', 'c']);
});

test('S148 paragraphs are found with their places, without the blank lines around them', () => {
  const text = '\n \n  One is\nhere. \n\t\n\r\nTwo.\n\n\n';
  expect(paragraphSpans(text).map((span) => span.text)).toEqual(['One is\nhere.', 'Two.']);
  for (const span of paragraphSpans(text)) expect(text.slice(span.start, span.end)).toBe(span.text);
  expect(paragraphSpans(' \n ')).toEqual([]);
});

describe('the place in the written text of the words heard', () => {
  test('skips marks that were not spoken', () => {
    const written = 'We have **two** tables, see [the plan](https://x.example).';
    expect(written.slice(0, alignedEnd(written, 'We have two tables, see the plan.', 3))).toBe('We have **two**');
  });

  test('counts a replaced word in its place', () => {
    expect('It is $5 today'.slice(0, alignedEnd('It is $5 today', 'It is five today', 3))).toBe('It is $5');
  });
});
