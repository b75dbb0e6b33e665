import { expect, test } from 'vitest';
import type { Outcome, Verdict } from '../run/verdict.js';
import type { RuleId, RuleText } from '../rules/rule.js';
import { reachedLevel } from './reached-level.js';

const rule = (id: RuleId): RuleText => ({ id, title: 'It holds.', why: 'Because.', since: '1.0' });
const verdict = (id: RuleId, outcome: Outcome): Verdict => ({ rule: rule(id), durationMs: 1, ...outcome });
const passed: Outcome = { outcome: 'passed' };
const failed: Outcome = { outcome: 'failed', message: 'no' };
const noWire: Outcome = { outcome: 'left-out', reason: 'no wire' };
const ids = ['PKG-1.1', 'LLM-2.1', 'LLM-3.1', 'LLM-4.1', 'LLM-4.2', 'LLM-5.1'] as const;
const reached = (outcomes: readonly Outcome[], upTo: 1 | 2 | 3 | 4 | 5 = 5) =>
  reachedLevel({
    rules: ids.map(rule),
    verdicts: ids.flatMap((id, index) => (outcomes[index] === undefined ? [] : [verdict(id, outcomes[index])])),
    upTo,
  });

test('all kept is level 5', () => {
  expect(reached([passed, passed, passed, passed, passed, passed])).toEqual({ level: 5, label: '5' });
});

test('a broken rule keeps the level below its own, whatever is kept above', () => {
  expect(reached([passed, passed, failed, passed, passed, passed])).toEqual({ level: 2, label: '2' });
  expect(reached([failed, passed, passed, passed, passed, passed])).toEqual({ level: 0, label: '0' });
});

test('a rule without a verdict is not kept', () => {
  expect(reached([passed, passed, passed])).toEqual({ level: 3, label: '3' });
});

test('a fault of the kit proves nothing', () => {
  expect(reached([passed, { outcome: 'kit-fault', message: 'oh' }, passed, passed, passed, passed]).level).toBe(1);
});

test('a level of which nothing applied is reached, and said', () => {
  expect(reached([passed, passed, passed, noWire, noWire, passed])).toEqual({ level: 5, label: '5 (faults: no wire)' });
  expect(reached([passed, passed, passed, noWire, passed, passed])).toEqual({ level: 5, label: '5' });
});

test('no more is reached than was asked', () => {
  expect(reached([passed, passed, passed, passed, passed, passed], 3)).toEqual({ level: 3, label: '3' });
});
