import { expect, test } from 'vitest';
import { parsePattern } from './pattern.js';
import { covers, holdsSilence } from './pattern-automaton.js';
import { readSlots } from './slots.js';

const slots = readSlots({ day: ['monday', 'tuesday'], late: ['monday'], time: ['half past six', 'six'] });

test.each([
  ['yes [please]', 'yes', true],
  ['yes', 'yes [please]', false],
  ['(a | b) c', 'a c | b c', true],
  ['a c | b c', '(a | b) c', true],
  ['on {day}', 'on {other:day}', true],
  ['on {day}', 'on {late}', true],
  ['on {late}', 'on {day}', false],
  ['on {day}', 'on monday', true],
  ['at (half past six | six)', 'at {time}', true],
  ['[a] [b] [c]', 'a c', true],
  ['a | b', 'a b', false],
  ['a b', 'a', false],
])('%s holds all of %s: %s', (outer, inner, expected) => {
  expect(covers(parsePattern(outer), parsePattern(inner), slots)).toBe(expected);
});

test.each([
  ['[yes] [no]', true],
  ['[yes | no]', true],
  ['[yes] no', false],
  ['{day}', false],
])('%s holds silence: %s', (source, expected) => {
  expect(holdsSilence(parsePattern(source), slots)).toBe(expected);
});

test('patterns with very many sentences are compared at once', () => {
  const long = Array.from({ length: 30 }, (_, index) => `[w${'abcdefghijklmnopqrstuvwxyz'[index % 26]}x${'ab'[index % 2]}]`).join(' ');
  expect(covers(parsePattern(`${long} end`), parsePattern('waxa end'), slots)).toBe(true);
  expect(covers(parsePattern(`${long} end`), parsePattern(`${long} end`), slots)).toBe(true);
  expect(covers(parsePattern(`${long} end`), parsePattern(`${long} stop`), slots)).toBe(false);
});
