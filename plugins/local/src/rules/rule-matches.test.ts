import { expect, test } from 'vitest';
import { compileRules } from './compiled-rules.js';
import { matchRules } from './rule-matches.js';

const compiled = compileRules({
  slots: { day: ['monday', 'friday'] },
  rules: [
    { when: 'yes [please]', say: 'yes' },
    { when: 'book [a table on] {day}', say: 'book' },
    { when: 'please', say: 'please' },
    { when: '(goodbye | bye)', say: 'bye' },
  ],
  otherwise: 'what',
});
const matches = (text: string) => matchRules(text, compiled).map(({ rule }) => rule.say);

test.each([
  ['Yes.', ['yes']],
  ['yes please', ['yes']],
  ['Yes. Book a table on Friday! Bye.', ['yes', 'book', 'bye']],
  ['please yes please please', ['please', 'yes', 'please']],
  ['yes, and bye', []],
  ['[not understood] yes', []],
  ['', []],
])('%j is read as %j', (text, expected) => {
  expect(matches(text)).toEqual(expected);
});

test('a text of more words than a turn has is matched as a whole only', () => {
  expect(matches('yes '.repeat(80))).toHaveLength(80);
  expect(matches('yes '.repeat(81))).toEqual([]);
});
