import fc from 'fast-check';
import { expect, test } from 'vitest';
import { speakableWords } from './speakable-words.js';

const spoken = (text: string) => speakableWords(text).map((word) => word.spoken);

test.each([
  ['Hello, world!', ['Hello,', 'world!']],
  ['It’s “fine” — really…', ["It's", '"fine",', 'really...']],
  ['café Zoë Straße', ['cafe', 'Zoe', 'Strasse']],
  ['€5 or £1,000.50, ¥7', ['5 euros', 'or', '1,000.50 pounds,', '7 yen']],
  ['a & b @ #3', ['a', 'and', 'b', 'at', 'number 3']],
  ['**bold** `code` _it_ 🙂 ~x~', ['bold', 'code', 'it', 'x']],
  ['one\u0000two\u0007 \u001b[31mred', ['onetwo', '31mred']],
  ['20° ½', ['20 degrees', 'one half']],
  ['well , yes', ['well,', 'yes']],
  ['- - yes', ['yes']],
  ['... ! 你好 \n\t', []],
])('%j is read as %j', (text, expected) => {
  expect(spoken(text)).toEqual(expected);
});

test('offsets count in the text as written', () => {
  const text = '  🙂 Mr. Smith’s €5!';
  const words = speakableWords(text, 100);
  expect(words.map(({ text: written, start }) => [written, start])).toEqual([
    ['Mr.', 105],
    ['Smith’s', 109],
    ['€5!', 117],
  ]);
  for (const word of words) expect(text.slice(word.start - 100, word.end - 100)).toBe(word.text);
});

test('a run of characters that is no word is cut, without breaking a pair of surrogates', () => {
  const text = `${'x'.repeat(59)}🙂${'y'.repeat(70)}`;
  expect(speakableWords(text).map(({ text: written, start, end }) => [written.length, start, end])).toEqual([
    [61, 0, 61],
    [60, 61, 121],
    [10, 121, 131],
  ]);
});

test('whatever the text, what flite gets is printable ASCII, and each word is where its offsets say', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      for (const word of speakableWords(text)) {
        expect(word.spoken).toMatch(/^[ -~]+$/);
        expect(text.slice(word.start, word.end)).toBe(word.text);
      }
    }),
  );
});
