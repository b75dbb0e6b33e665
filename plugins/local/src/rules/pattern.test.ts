import { expect, test } from 'vitest';
import { parsePattern } from './pattern.js';

const word = (text: string) => ({ type: 'word', word: text });
const sequence = (...parts: object[]) => ({ type: 'sequence', parts });

test.each([
  ['Hello there', sequence(word('hello'), word('there'))],
  ['[hello] bye', sequence({ type: 'optional', part: sequence(word('hello')) }, word('bye'))],
  [
    '(can i | may i) go',
    sequence({ type: 'choice', options: [sequence(word('can'), word('i')), sequence(word('may'), word('i'))] }, word('go')),
  ],
  ['yes | no', { type: 'choice', options: [sequence(word('yes')), sequence(word('no'))] }],
  ['on {day}', sequence(word('on'), { type: 'slot', name: 'day', slot: 'day' })],
  ['to { to : city }', sequence(word('to'), { type: 'slot', name: 'to', slot: 'city' })],
  ["I'd like eight o’clock.", sequence(word("i'd"), word('like'), word('eight'), word("o'clock"))],
  ['twenty-five', sequence(word('twenty'), word('five'))],
  ['[a|b]c', sequence({ type: 'optional', part: { type: 'choice', options: [sequence(word('a')), sequence(word('b'))] } }, word('c'))],
])('%s is read', (source, expected) => {
  expect(parsePattern(source)).toEqual(expected);
});

test.each([
  ['', 'words are missing at character 1'],
  ['book [', 'words are missing at character 7'],
  ['book () now', 'words are missing at character 7'],
  ['yes |', 'words are missing at character 6'],
  ['| yes', 'words are missing at character 1'],
  ['(yes | no', "'(' at character 1 is not closed by ')'"],
  ['[yes)', "'[' at character 1 is not closed by ']'"],
  ['yes)', "')' at character 4 closes nothing"],
  ['on {day', "'{' at character 4 is not a slot: write {name} or {name:slot}"],
  ['on {}', "'{}' at character 4 is not a slot: write {name} or {name:slot}"],
  ['on {a b}', "'{a b}' at character 4 is not a slot: write {name} or {name:slot}"],
  ['table for 4', "'4' at character 11 is not a word: write numbers as they are said"],
  ['a & b', "'&' at character 3 is not a word: use letters and apostrophes"],
  ['café', "'café' at character 1 is not a word: use letters and apostrophes"],
])('%j is refused: %s', (source, message) => {
  expect(() => parsePattern(source)).toThrow(new SyntaxError(message));
});
