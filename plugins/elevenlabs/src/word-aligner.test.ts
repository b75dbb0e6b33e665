import { describe, expect, test } from 'vitest';
import { type SpokenCharacter, WordAligner } from './word-aligner.js';

/** Each code point, or what is in brackets, takes 10 ms. */
function spoken(text: string, fromMs = 0): SpokenCharacter[] {
  return Array.from(text).map((char, index) => ({ text: char, startMs: fromMs + index * 10, endMs: fromMs + index * 10 + 10 }));
}
const short = (words: readonly { text: string; startMs: number; endMs: number; inputStart: number; inputEnd: number }[]) =>
  words.map(({ text, startMs, endMs, inputStart, inputEnd }) => [text, startMs, endMs, inputStart, inputEnd]);
function align(text: string, heard: string) {
  const aligner = new WordAligner();
  aligner.give(text);
  return short([...aligner.push(spoken(heard)), ...aligner.finish()]);
}

describe('words are found', () => {
  test('with their times and their place, punctuation and all', () => {
    expect(align('Hello, you.', 'Hello, you.')).toEqual([
      ['Hello,', 0, 60, 0, 6],
      ['you.', 70, 110, 7, 11],
    ]);
  });

  test('whatever white space there is on either side', () => {
    expect(align('  a\n\nbc  d', ' a bc d ')).toEqual([
      ['a', 10, 20, 2, 3],
      ['bc', 30, 50, 5, 7],
      ['d', 60, 70, 9, 10],
    ]);
  });

  test('in code units, where a character has several', () => {
    expect(align('🙂 Zoë👩‍👧 x', '🙂 Zoë👩‍👧 x')).toEqual([
      ['🙂', 0, 10, 0, 2],
      ['Zoë👩‍👧', 20, 80, 3, 11],
      ['x', 90, 100, 12, 13],
    ]);
  });

  test('where the vendor takes several characters for one, or half of one', () => {
    const aligner = new WordAligner();
    aligner.give('ab 🙂c d');
    const characters = ['ab', ' ', '\ud83d', '\ude42', 'c', ' d'].map((text, index) => ({ text, startMs: index, endMs: index + 1 }));
    expect(short([...aligner.push(characters), ...aligner.finish()])).toEqual([
      ['ab', 0, 1, 0, 2],
      ['🙂c', 2, 5, 3, 6],
      ['d', 5, 6, 7, 8],
    ]);
  });

  test('sign by sign, where there are no spaces', () => {
    expect(align('你好。world', '你好。world')).toEqual([
      ['你', 0, 10, 0, 1],
      ['好。', 10, 30, 1, 3],
      ['world', 30, 80, 3, 8],
    ]);
  });
});

describe('the last word', () => {
  test('is held back until another begins, and until the end', () => {
    const aligner = new WordAligner();
    aligner.give('one two');
    expect(aligner.push(spoken('one '))).toEqual([]);
    expect(short(aligner.push(spoken('tw', 40)))).toEqual([['one', 0, 30, 0, 3]]);
    expect(aligner.push(spoken('o', 60))).toEqual([]);
    expect(short(aligner.finish())).toEqual([['two', 40, 70, 4, 7]]);
  });

  test('may be written in pieces, and spoken in between', () => {
    const aligner = new WordAligner();
    aligner.give('un');
    expect(aligner.push(spoken('un'))).toEqual([]);
    aligner.give('do it');
    expect(short([...aligner.push(spoken('do it', 20)), ...aligner.finish()])).toEqual([
      ['undo', 0, 40, 0, 4],
      ['it', 50, 70, 5, 7],
    ]);
  });
});

describe('what is spoken otherwise than it was written', () => {
  test('has the time from there to the next word that is the same', () => {
    expect(align('It costs $5 today.', 'It costs five dollars today.')).toEqual([
      ['It', 0, 20, 0, 2],
      ['costs', 30, 80, 3, 8],
      ['$5', 90, 210, 9, 11],
      ['today.', 220, 280, 12, 18],
    ]);
  });

  test('may begin like it', () => {
    expect(align('Dr. Who', 'Doctor Who')).toEqual([
      ['Dr.', 0, 60, 0, 3],
      ['Who', 70, 100, 4, 7],
    ]);
  });

  test('may be all, or the end', () => {
    expect(align('1 2', 'one and two')).toEqual([
      ['1', 0, 55, 0, 1],
      ['2', 55, 110, 2, 3],
    ]);
    expect(align('room 12', 'room twelve')).toEqual([
      ['room', 0, 40, 0, 4],
      ['12', 50, 110, 5, 7],
    ]);
  });

  test('may differ in case, and may say again what was said', () => {
    expect(align('A b c', 'a B c')).toEqual([
      ['A', 0, 10, 0, 1],
      ['b', 20, 30, 2, 3],
      ['c', 40, 50, 4, 5],
    ]);
    expect(align('one two three', 'one t one two three').map(([text, , , start]) => [text, start])).toEqual([
      ['one', 0],
      ['two', 4],
      ['three', 8],
    ]);
  });

  test('or not at all, is no word', () => {
    expect(align('one two', 'one').map(([text]) => text)).toEqual(['one']);
    expect(align('', 'one two')).toEqual([]);
  });
});

test('a text of 100,000 characters, given and spoken piece by piece, takes no time to speak of', () => {
  const aligner = new WordAligner();
  let count = 0;
  const words = Array.from({ length: 20_000 }, (_, index) => `w${index % 1000} `);
  for (const word of words) {
    aligner.give(word);
    count += aligner.push(spoken(word)).length;
  }
  expect(count + aligner.finish().length).toBe(20_000);
});
