import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SentenceSplitter } from './sentence-splitter.js';

function split(text: string, size = text.length, minLength = 1): string[] {
  const splitter = new SentenceSplitter({ minLength });
  const sentences: string[] = [];
  for (let at = 0; at < text.length; at += size) sentences.push(...splitter.push(text.slice(at, at + size)));
  return [...sentences, ...splitter.flush()];
}

describe('S146 sentences', () => {
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
    ['marks that close', '**Really!** *Yes.* "_Of course!_" So.', ['**Really!** ', '*Yes.* ', '"_Of course!_" ', 'So.']],
    ['quotes', 'She said "Come in." Then she left.', ['She said "Come in." ', 'Then she left.']],
    ['several stops', 'Really?! Yes... Of course.', ['Really?! ', 'Yes... ', 'Of course.']],
  ])('are cut rightly: %s', (_name, text, sentences) => {
    for (const size of [1, 2, 4, 1000]) expect(split(text, size)).toEqual(sentences);
  });

  test('that are short join the one after them', () => {
    expect(split('Sure. Yes. We have a table for four at eight.', 5, 20)).toEqual(['Sure. Yes. We have a table for four at eight.']);
  });

  test('of CJK signs are as long as they sound', () => {
    expect(split('我们中午十二点开门。晚上十点关门。', 1, 20)).toEqual(['我们中午十二点开门。', '晚上十点关门。']);
  });

  test('keep blanks and line ends as they are, and the last ends with the text', () => {
    const text = '  One is here.   Two is there.\n\n Three.  ';
    expect(split(text, 3).join('')).toBe(text);
    expect(split(text, 3).at(-1)).toBe('\n Three.  ');
  });

  test('without an end are cut between two words', () => {
    const sentences = split('word '.repeat(400), 7);
    expect(sentences.join('')).toBe('word '.repeat(400));
    for (const sentence of sentences) expect(sentence.length).toBeLessThanOrEqual(600);
    expect(sentences.slice(0, -1).every((sentence) => sentence.endsWith('word '))).toBe(true);
  });

  const pieces = [' ', '. ', '.', '!', '? ', 'Mr', '3.5', '。', '你好', '\n', '\r\n', ' Then ', 'and ', 'e.g.', '…', '"', ') ', '(', '🎉'];
  const markup = ['<b>', '</b>', '<break time="1s"/>', '<', '<3', ' < ', '</', '>', '/>', 'a.b ', '**', '*'];

  test('are the same for chunks of any size, and joined together give the text', () => {
    const piece = fc.constantFrom('Hello', ...pieces, ...markup);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 20), (parts, size, minLength) => {
        const text = parts.join('');
        const whole = split(text, text.length, minLength);
        expect(whole.join('')).toBe(text);
        expect(split(text, size, minLength)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe('S149 sentences with tags', () => {
  test.each([
    ['a tag stays with its sentence', 'I am glad. <b>Really</b> glad.', ['I am glad. ', '<b>Really</b> glad.']],
    ['one that closes with the one before', '<b>Oh no!</b> I am so sorry.', ['<b>Oh no!</b> ', 'I am so sorry.']],
    ['a pause that touches a word too', 'Wait!<break time="1.5s"/> I see it.', ['Wait!<break time="1.5s"/> ', 'I see it.']],
    ['a pause between two goes with the second', 'Wait! <break/> I see.', ['Wait! ', '<break/> I see.']],
    ['a pause at the end is no sentence', 'I see it. <break/>', ['I see it. <break/>']],
    ['a pause alone is one', '<break time="1s"/>', ['<break time="1s"/>']],
    ['an element is not split', '<slow>One is here. Two is there.</slow> Three.', ['<slow>One is here. Two is there.</slow> ', 'Three.']],
    ['an element in another', '<a>One. <b>Two.</b> Three.</a> Four.', ['<a>One. <b>Two.</b> Three.</a> ', 'Four.']],
    ['attributes hold stops', '<say as="Hi. You. There."/> Good. Bye.', ['<say as="Hi. You. There."/> Good. ', 'Bye.']],
    ['a comparison is no tag', 'It is a < bc. So be it.', ['It is a < bc. ', 'So be it.']],
    ['nor is a heart', 'I <3 you. So there.', ['I <3 you. ', 'So there.']],
    ['nor a closing sign without an element', 'One. </b> Two.', ['One. </b> ', 'Two.']],
  ])('%s', (_name, text, sentences) => {
    for (const size of [1, 2, 3, 4, 1000]) expect(split(text, size)).toEqual(sentences);
  });

  test('an element that nobody closes holds sentences together for a while only', () => {
    const sentences = split(`<laugh> ${'We have a table. '.repeat(40)}`, 3);
    expect(sentences.length).toBeGreaterThan(10);
    expect(sentences[0]?.length).toBeGreaterThan(300);
    expect(sentences[0]?.length).toBeLessThan(340);
  });
});

// A model that is caught in a loop must not stop the process.
test.each(['\n', ' ', '. ', 'Mr. ', '(', '1.', '<b>', '<b', '**', '. <b/>', 'word', '你', '🎉'])(
  'ten thousand pieces of %j take little time',
  (piece) => {
    const splitter = new SentenceSplitter();
    const before = process.cpuUsage();
    let length = 0;
    for (let index = 0; index < 10_000; index += 1) length += splitter.push(piece).join('').length;
    length += splitter.flush().join('').length;
    expect(length).toBe(10_000 * piece.length);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  },
);

test('a text of 100,000 characters at once takes little time, too', () => {
  const text = 'This is a sentence, no more. '.repeat(3500);
  const before = process.cpuUsage();
  expect(split(text, text.length)).toEqual(split(text, 7));
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});
