import { describe, expect, test } from 'vitest';
import { referencesByKind } from '../reference/references-by-kind.js';
import type { Rule } from '../rules/rule.js';
import { rulesByKind } from '../rules/rules-by-kind.js';
import { runRules } from '../run/run-rules.js';
import type { Verdict } from '../run/verdict.js';
import { createSubject, type SubjectOptions } from '../subject/create-subject.js';
import type { ProvableKind } from '../subject/provables.js';
import { mutantsByKind } from './mutants-by-kind.js';

/**
 * `PARLEY_ALL_MUTANTS=1`: each mutant against all rules of its kind, which takes half an hour; else against the rule that must catch it. The
 * references keep all of them in either case.
 */
const isWhole = process.env['PARLEY_ALL_MUTANTS'] === '1';

/** For all rules on one plugin, or for one rule: more than the longest deadline of a rule, which says what was not kept. */
const timeout = 120_000;

/** A mutant that says nothing is waited for in vain: less long than a plugin on a busy machine is. */
const patienceMs = 1000;

async function verdictsOf<Kind extends ProvableKind>(options: SubjectOptions<Kind>, rules: readonly Rule<Kind>[]): Promise<Verdict[]> {
  return runRules({ subject: await createSubject(options), rules, patienceMs, effort: 'short' });
}
const unkept = (verdicts: readonly Verdict[]) =>
  verdicts
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'kit-fault')
    .map((verdict) => `${verdict.rule.id}: ${'message' in verdict ? verdict.message : ''}`);

/** Defines the tests that prove the rules of a kind: the references keep all of them, and each mutant is caught by its rule, and with `PARLEY_ALL_MUTANTS=1` by no other. */
export function proveRules<Kind extends ProvableKind>(kind: Kind): void {
  describe(`rules of ${kind}`, () => {
    define(kind);
  });
}

function define<Kind extends ProvableKind>(kind: Kind): void {
  const rules: readonly Rule<Kind>[] = rulesByKind[kind];
  const applied = new Set<string>();
  test.each(referencesByKind[kind].map((reference) => [reference.name, reference] as const))(
    'the reference "%s" keeps every rule',
    { timeout },
    async (_name, reference) => {
      const verdicts = await verdictsOf(reference, rules);
      expect(unkept(verdicts)).toEqual([]);
      for (const { rule, outcome } of verdicts) if (outcome === 'passed') applied.add(rule.id);
    },
  );
  test('each rule applies to one of the references', () => {
    expect(rules.map(({ id }) => id).filter((id) => !applied.has(id))).toEqual([]);
  });
  test.each(mutantsByKind[kind].map((mutant) => [mutant.caughtBy, mutant.name, mutant] as const))(
    `%s catches a plugin that %s${isWhole ? ', and no other rule does' : ''}`,
    { timeout },
    async (id, _name, mutant) => {
      const failed = unkept(await verdictsOf(mutant, isWhole ? rules : rules.filter((rule) => rule.id === id)));
      expect(failed.map((line) => line.split(':')[0])).toEqual([id]);
    },
  );
  test('no rule is without a mutant', () => {
    const caught = new Set<string>(mutantsByKind[kind].map(({ caughtBy }) => caughtBy));
    expect(rules.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual([]);
  });
}
