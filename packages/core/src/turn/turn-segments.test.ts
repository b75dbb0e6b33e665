import { describe, expect, test } from 'vitest';
import { beyondTaken, putSegment, segmentsText, settle, type TurnSegment } from './turn-segments.js';

const interim = (segmentId: string, text: string): TurnSegment => ({ segmentId, text, isFinal: false });
const final = (segmentId: string, text: string, endedMs: number): TurnSegment => ({ segmentId, text, isFinal: true, endedMs });
const textOf = (...given: readonly TurnSegment[]): string => segmentsText(given.reduce(putSegment, []));

describe('what was transcribed in pieces is in the order in which it was said', () => {
  test.each<[string, readonly TurnSegment[], string]>([
    [
      'where each is final before the next',
      [interim('a', 'on'), final('a', 'one', 10), interim('b', 'two'), final('b', 'two', 20)],
      'one two',
    ],
    [
      'where the later one is final first',
      [interim('a', 'on'), interim('b', 'tw'), final('b', 'two', 20), final('a', 'one', 10)],
      'one two',
    ],
    ['where nothing was known of the earlier one', [final('b', 'two', 20), final('a', 'one', 10)], 'one two'],
    ['where the STT knows no times', [final('a', 'one', 20), final('b', 'two', 20)], 'one two'],
    ['where one stays interim', [interim('a', 'one'), interim('b', 'two'), final('a', 'One', 10)], 'One two'],
    ['where one comes to nothing', [interim('a', 'hm'), interim('b', 'two'), final('a', '', 10)], 'two'],
  ])('%s', (_name, given, text) => {
    expect(textOf(...given)).toBe(text);
  });
});

test.each([
  ['the same', 'hello there', 'hello there', ''],
  ['more of it', 'hello there', 'hello there you', 'you'],
  ['with marks and another case', 'so i was', 'So, I was: thinking', 'thinking'],
  ['with a word put right', 'won two', 'one two three', 'three'],
  ['something shorter', 'hello there', 'hi', ''],
])('beyond what was taken of a segment, its final says only what is new: %s', (_name, ...[taken, text, rest]) => {
  expect(beyondTaken(taken, text)).toBe(rest);
});

test('what was taken as it stood, or forgotten, is kept in mind until its final comes, the last hundred of it', () => {
  const segments = [final('a', 'one', 10), interim('b', 'two'), interim('c', '')];
  expect(settle([], segments, { taken: true })).toEqual([{ segmentId: 'b', text: 'two' }]);
  expect(settle([], segments, { taken: false })).toEqual([
    { segmentId: 'b', text: undefined },
    { segmentId: 'c', text: undefined },
  ]);
  const many = Array.from({ length: 150 }, (_, index) => interim(`s${index}`, 'x'));
  expect(settle([], many, { taken: true })).toHaveLength(100);
});
