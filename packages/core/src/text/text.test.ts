import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignedEnd } from './align-words.js';
import { SentenceSplitter } from './sentence-splitter.js';
import { countSyllables } from './syllables.js';
import { wordSpans } from './words.js';

function split(text: string, size = text.length, minLength = 1): string[] {
  const splitter = new SentenceSplitter({ minLength });
  const sentences: string[] = [];
  for (let at = 0; at < text.length; at += size) sentences.push(...splitter.push(text.slice(at, at + size)));
  return [...sentences, ...splitter.flush()];
}

describe('sentences', () => {
  test.each([
    [
      'plain ones',
      'We open at noon. We close at ten! Do you want a table?',
      ['We open at noon. ', 'We close at ten! ', 'Do you want a table?'],
    ],
    ['titles', 'Mr. Smith met Dr. Jones. They talked.', ['Mr. Smith met Dr. Jones. ', 'They talked.']],
    ['decimals', 'It costs 3.50 euros. Fine.', ['It costs 3.50 euros. ', 'Fine.']],
    ['dotted abbreviations', 'The U.S. Army came, e.g. on foot. Then it left.', ['The U.S. Army came, e.g. on foot. ', 'Then it left.']],
    ['Chinese and Japanese', '我们中午开门。晚上十点关门。', ['我们中午开门。', '晚上十点关门。']],
    ['line ends', 'One\nTwo', ['One\n', 'Two']],
  ])('are cut rightly: %s', (_name, text, sentences) => {
    expect(split(text)).toEqual(sentences);
  });

  test('S146 short ones join the one after them', () => {
    expect(split('Sure. Yes. We have a table for four at eight.', 5, 20)).toEqual(['Sure. Yes. We have a table for four at eight.']);
  });

  test('joined together give the text unchanged, whatever the size of the chunks', () => {
    const piece = fc.constantFrom('Hello', ' ', '.', '!', '?', 'Mr', '3.5', '。', '你好', '\n', ' Then ', 'e.g.', '…', '"', ')');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const text = pieces.join('');
        expect(split(text, size, 20).join('')).toBe(text);
      }),
    );
  });
});

test.each([
  ['long', 1],
  ['answer', 2],
  ['many', 2],
  ['one', 1],
  ['table', 2],
  ['communication', 5],
  ['8', 2],
  ['東京', 2],
  ['--', 0],
])('%s has %i syllables', (word, syllables) => {
  expect(countSyllables(word)).toBe(syllables);
});

test('words are found with their places, CJK sign by sign', () => {
  expect(wordSpans('Hi, 你好 there.').map((word) => [word.text, word.start])).toEqual([
    ['Hi,', 0],
    ['你', 4],
    ['好', 5],
    ['there.', 7],
  ]);
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
