import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { allRules } from './all-rules.js';

const frozenFile = new URL('../../rules-v1.json', import.meta.url);
const rules = allRules.flatMap((group) => group.rules);

test('an id stands for one rule', () => {
  const ids = rules.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("an id begins with its kind's letters, and has a level from 2 to 5, or 1 for packages", () => {
  const odd = allRules.flatMap(({ prefix, rules: own }) =>
    own.filter(({ id }) => !new RegExp(String.raw`^${prefix}-${prefix === 'PKG' ? '1' : '[2-5]'}\.[1-9]\d*$`).test(id)),
  );
  expect(odd.map(({ id }) => id)).toEqual([]);
});

test('title and why are sentences', () => {
  const odd = rules.filter(({ title, why }) => !/^\S.*\S[.!?]$/s.test(title) || !/^\S.*\S[.!?]$/s.test(why));
  expect(odd.map(({ id }) => id)).toEqual([]);
});

// A rule that was published is not taken back, and its number never given to another: plugins' baselines and badges name it.
test('the rules are the frozen ones; after a change on purpose: npm run rules -w @parley/conformance', async () => {
  const frozen: unknown = JSON.parse(await readFile(frozenFile, 'utf8'));
  expect(Object.fromEntries(rules.map(({ id, title }) => [id, title]))).toEqual(frozen);
});
