import { expect, test } from 'vitest';
import { compileRules } from './compiled-rules.js';
import { defaultRules } from './default-rules.js';
import type { LocalRule, LocalRules } from './local-rules.js';

const slots = { day: ['monday', 'friday'], size: { two: 2 } };
const compile = (...rules: readonly LocalRule[]) => compileRules({ slots, rules, otherwise: 'What?' });

test.each<[string, readonly LocalRule[], string]>([
  ['a malformed pattern', [{ when: '(yes', say: 'Yes.' }], "rule 1 (when '(yes') '(' at character 1 is not closed by ')'"],
  ['no pattern', [{ when: [], say: 'Yes.' }], "rule 1 (when '') has no pattern in `when`"],
  [
    'an unknown slot',
    [{ when: 'at {time}', say: 'Yes.' }],
    "rule 1 (when 'at {time}') has a slot 'time' that is not among `slots` (day, size)",
  ],
  [
    'an unknown slot under another name',
    [{ when: 'at {day:time}', say: 'Yes.' }],
    "rule 1 (when 'at {day:time}') has a slot 'time' that is not among `slots` (day, size)",
  ],
  [
    'a pattern that holds silence',
    [{ when: '[yes]', say: 'Yes.' }],
    "rule 1 (when '[yes]') holds even when nothing is said: not all of a pattern can be optional",
  ],
  [
    'a slot said twice',
    [{ when: 'from {day} to {day}', say: 'Yes.' }],
    "rule 1 (when 'from {day} to {day}') has the slot 'day' twice in a sentence: give one of them another name, as in {other:day}",
  ],
  ['a rule that does nothing', [{ when: 'yes' }], "rule 1 (when 'yes') does nothing: give it `call`, `say` or both"],
  [
    'a call that names nothing',
    [{ when: 'yes', call: ' ' }],
    "rule 1 (when 'yes') has a `call` that names nothing: give the name of a tool",
  ],
  ['an empty text', [{ when: 'yes', say: '' }], "rule 1 (when 'yes') has an empty `say`: leave it out, or say something"],
  [
    'a report without a tool',
    [{ when: 'yes', say: 'Yes.', then: 'Done.' }],
    "rule 1 (when 'yes') has `then` or `arguments` without `call`: they belong to a tool",
  ],
  [
    'a text with an unknown slot',
    [{ when: 'yes', say: 'On {day}.' }],
    "rule 1 (when 'yes') uses '{day}' in `say`, which is no slot of its pattern",
  ],
  [
    'a text with a slot that may be absent',
    [{ when: 'go [on {day}]', say: 'On {day}.' }],
    "rule 1 (when 'go [on {day}]') uses '{day}' in `say`, which not each of its sentences has: make two rules of it",
  ],
  [
    'a report of something unknown',
    [{ when: 'yes', call: 'a', then: '{result}' }],
    "rule 1 (when 'yes') uses '{result}' in `then`, which is no slot of its pattern",
  ],
  [
    'two rules that are the same',
    [
      { when: ['yes', 'sure'], say: 'Yes.' },
      { when: 'no', say: 'No.' },
      { when: '(sure | yes)', say: 'Sure.' },
    ],
    "rule 3 (when '(sure | yes)') can never be told from rule 1 (when 'yes', 'sure'), which comes first and holds all that it holds",
  ],
])('%s is refused, and the rule named', (_, rules, message) => {
  expect(() => compile(...rules)).toThrow(new TypeError(message));
});

test.each<[string, Partial<LocalRules>, string]>([
  ['no rules', { rules: [] }, 'there are no rules: give at least one'],
  ['nothing to say otherwise', { otherwise: ' ' }, '`otherwise` is empty: a caller who is not understood must hear something'],
  ['an empty greeting', { greeting: '' }, '`greeting` is empty: leave it out, or say something'],
  ['an empty slot', { slots: { day: [] } }, "slot 'day' has nothing that may be said: give at least one phrase"],
  ['an empty phrase', { slots: { day: [' '] } }, "slot 'day' has an empty phrase"],
  ['a phrase that cannot be said', { slots: { size: ['4'] } }, "slot 'size': '4' in '4' is not a word: write numbers as they are said"],
  ['a phrase given twice', { slots: { day: ['Monday', 'monday'] } }, "slot 'day' has the phrase 'monday' twice"],
  [
    'a slot that cannot be named',
    { slots: { 'the day': ['monday'] } },
    "slot 'the day' has a name that cannot stand in a pattern: use letters, digits and _",
  ],
])('%s are refused', (_, change, message) => {
  expect(() => compileRules({ rules: [{ when: 'yes', say: 'Yes.' }], otherwise: 'What?', ...change })).toThrow(new TypeError(message));
});

test('what is null or undefined is as if it were not given', () => {
  const nothing = { call: null, arguments: null, then: undefined };
  const compiled = compileRules({
    slots: null,
    greeting: null,
    pronunciations: null,
    rules: [{ when: 'yes', say: 'Yes.', ...nothing }],
    otherwise: 'What?',
  });
  expect(compiled.rules).toMatchObject([{ call: undefined, convert: undefined, say: 'Yes.', then: undefined }]);
});

test('a later rule may share sentences with an earlier one, as long as it has some of its own', () => {
  expect(compile({ when: 'yes', say: 'Yes.' }, { when: 'yes [please]', say: 'Sure.' }).rules).toHaveLength(2);
});

test('a report may use the output, its fields and the slots', () => {
  expect(compile({ when: 'book {day}', call: 'book', then: '{output} {output.reference.number} {day}' }).rules).toHaveLength(1);
});

test('the grammar holds what the patterns hold, and nothing else', () => {
  const { grammar } = compile(
    { when: ['[hello] book {day} (for | with) {people:size}', "i'd like that"], say: 'Yes.' },
    { when: 'no', say: 'No.' },
  );
  expect(grammar).toBe(`#JSGF V1.0;
grammar parley;
public <utterance> = (([hello] book <slot_day> (for | with) <slot_size> | i'd like that))
  | ((no));
<slot_day> = monday | friday;
<slot_size> = two;
`);
});

test('the rules of the string form are sound', () => {
  expect(compileRules(defaultRules).rules).toHaveLength(6);
});
