import { describe, expect, test } from 'vitest';
import { isTag, openElements, removeMarkup, unfinishedTag } from './markup.js';

describe('S149 a text without its tags', () => {
  test.each([
    ['Hello <break time="1s"/> world', 'Hello world'],
    ['Hello<break/>world', 'Hello world'],
    ['un<b>believ</b>able', 'unbelievable'],
    ['<b>Really</b>!', 'Really!'],
    ['I am <b>really</b> <i>very</i> glad.', 'I am really very glad.'],
    ['<happy/> Hi there', 'Hi there'],
    ['Hi there <laugh/>', 'Hi there'],
    ['Hi <laugh/>, you', 'Hi, you'],
    ['One. <a/> <b/> Two.', 'One. Two.'],
    ['see <a href="https://x.example/?a=1&b=2">us</a>', 'see us'],
    ['[our <b>site</b>](https://x.example)', '[our site](https://x.example)'],
    ['one\n<break/>\ntwo', 'one\n\ntwo'],
  ])('%j is %j', (text, visible) => {
    expect(removeMarkup(text)).toBe(visible);
  });

  test.each(['a < b', 'I <3 you', '2 <= 3 > 1', '<', '</', '< b>', '<1>', 'a <b'])('%j holds none', (text) => {
    expect(removeMarkup(text)).toBe(text);
    expect(openElements(text)).toBe(0);
  });

  test('may end in the midst of one', () => {
    expect(removeMarkup('Hello <bre', { isPartial: true })).toBe('Hello ');
    expect(removeMarkup('Hello <break time="1', { isPartial: true })).toBe('Hello ');
    expect(removeMarkup('Hello <3', { isPartial: true })).toBe('Hello <3');
  });
});

test('tags are told from text', () => {
  expect(['<b>', '</b>', '<a:b-c x="1"/>', '<b> ', 'b', '<3>'].map(isTag)).toEqual([true, true, true, false, false, false]);
  expect([unfinishedTag('x <b'), unfinishedTag('x <'), unfinishedTag('x < '), unfinishedTag('x <b>')]).toEqual([
    2,
    2,
    undefined,
    undefined,
  ]);
  expect(['<a><b></a>', '<a><b></b>', '<a/>', '</a>', '<a><a></a>'].map(openElements)).toEqual([0, 1, 0, 0, 1]);
});

test.each(['<', '<a', '<a ', '</a>', '<a>', '<a/> ', '\u0000 '])('twenty thousand characters of %j take no time', (piece) => {
  const text = `${piece.repeat(20_000 / piece.length)}<b>`;
  const before = process.cpuUsage();
  removeMarkup(text, { isPartial: true });
  openElements(text);
  unfinishedTag(text);
  expect(process.cpuUsage(before).user).toBeLessThan(300_000);
});
