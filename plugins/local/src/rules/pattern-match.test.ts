import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Pattern, parsePattern } from './pattern.js';
import { matchPattern, wordsOf } from './pattern-match.js';
import { readSlots } from './slots.js';

const slots = readSlots({ day: ['monday', 'new years eve'], size: { two: 2, four: 4, 'forty four': 44 } });

const match = (source: string, text: string) => matchPattern(parsePattern(source), wordsOf(text), slots);
const book = '[hello] (can i | i would like to) book a table for {size} [people] on {day} [please]';

test.each([
  ['Hello, can I book a table for two on Monday?', { size: 2, day: 'monday' }],
  ['I would like to book a table for forty-four people on New Years Eve, please.', { size: 44, day: 'new years eve' }],
  ['CAN I BOOK A TABLE FOR FOUR ON MONDAY', { size: 4, day: 'monday' }],
])('%s fills the slots with their values', (text, expected) => {
  const filled = match(book, text) ?? {};
  expect(Object.fromEntries(Object.entries(filled).map(([name, { value }]) => [name, value]))).toEqual(expected);
});

test.each([
  'can i book a table',
  'can i book a table for nine on monday',
  'can i book a table for two on monday tomorrow',
  'well can i book a table for two on monday',
  '',
  '[not understood]',
])('%j is not in the pattern', (text) => {
  expect(match(book, text)).toBeUndefined();
});

test('a slot under another name is filled under that name, with what was said beside its value', () => {
  expect(match('from {low:size} to {high:size}', 'from two to forty four')).toEqual({
    low: { said: 'two', value: 2 },
    high: { said: 'forty four', value: 44 },
  });
});

test('a slot that is left out is absent', () => {
  expect(match('cancel [it on {day}]', 'cancel')).toEqual({});
});

test('where a sentence can be read in two ways, what is written first wins', () => {
  expect(match('(table {first:size} | table {second:size})', 'table two')).toEqual({ first: { said: 'two', value: 2 } });
});

test.each([
  ["It's eight o’clock!", ["it's", 'eight', "o'clock"]],
  ["'yes'", ['yes']],
  ['  twenty-five,thirty ', ['twenty', 'five', 'thirty']],
  ['Grüße, 12', ['grüße', '12']],
  ["...'", []],
])('the words of %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

const word = fc.constantFrom('a', 'b', 'c').map((text): Pattern => ({ type: 'word', word: text }));
const { pattern } = fc.letrec<{ pattern: Pattern }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.constantFrom('day', 'size').map((name): Pattern => ({ type: 'slot', name, slot: name })),
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((parts): Pattern => ({ type: 'sequence', parts })),
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((options): Pattern => ({ type: 'choice', options })),
    tie('pattern').map((part): Pattern => ({ type: 'optional', part })),
  ),
}));

/** A sentence of a pattern, by a stream of choices. */
function sentence(of: Pattern, choose: (count: number) => number): string[] {
  switch (of.type) {
    case 'word':
      return [of.word];
    case 'slot': {
      const phrases = slots.get(of.slot) ?? [];
      return [...(phrases[choose(phrases.length)]?.words ?? [])];
    }
    case 'sequence':
      return of.parts.flatMap((part) => sentence(part, choose));
    case 'choice': {
      const option = of.options[choose(of.options.length)];
      return option === undefined ? [] : sentence(option, choose);
    }
    case 'optional':
      return choose(2) === 0 ? [] : sentence(of.part, choose);
    default:
      return of satisfies never;
  }
}

test('every sentence of a pattern is in it, and none with a word of no pattern', () => {
  fc.assert(
    fc.property(pattern, fc.infiniteStream(fc.nat(5)), (candidate, numbers) => {
      const words = sentence(candidate, (count) => (numbers.next().value ?? 0) % count);
      expect(matchPattern(candidate, words, slots)).toBeDefined();
      expect(matchPattern(candidate, [...words, 'zebra'], slots)).toBeUndefined();
    }),
  );
});
