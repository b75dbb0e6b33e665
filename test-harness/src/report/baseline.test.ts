import { expect, test } from 'vitest';
import type { Outcome, Verdict } from '../run/verdict.js';
import type { RuleId } from '../rules/rule.js';
import { judge, readBaseline } from './baseline.js';

const verdict = (id: RuleId, outcome: Outcome): Verdict => ({
  rule: { id, title: 'It holds.', why: 'Because.', since: '1.0' },
  durationMs: 1,
  ...outcome,
});
const failed: Outcome = { outcome: 'failed', message: 'no' };

test('what is broken and known is told apart from what is not', () => {
  const judged = judge([verdict('LLM-2.1', failed), verdict('LLM-2.2', failed)], { 'LLM-2.1': 'issue 7' });
  expect(judged.unexpected.map(({ rule }) => rule.id)).toEqual(['LLM-2.2']);
  expect(judged.known.map(({ rule }) => rule.id)).toEqual(['LLM-2.1']);
  expect(judged.stale).toEqual([]);
});

test('an entry whose rule is kept is stale; one that was not run is not', () => {
  const judged = judge([verdict('LLM-2.1', { outcome: 'passed' })], { 'LLM-2.1': 'issue 7', 'LLM-4.1': 'issue 8' });
  expect(judged.stale).toEqual(['LLM-2.1']);
});

test('an entry is not stale while its rule is broken over another wire', () => {
  const judged = judge([verdict('LLM-2.1', failed), verdict('LLM-2.1', { outcome: 'passed' })], { 'LLM-2.1': 'issue 7' });
  expect(judged.stale).toEqual([]);
});

test.each([
  ['[]', 'a JSON object'],
  ['{"LLM":"x"}', 'rules such as "STT-3.2"'],
  ['{"LLM-2.99":"x"}', 'no such rule'],
  ['{"LLM-2.1":""}', 'does not say why LLM-2.1'],
])('%s is no baseline', (text, message) => {
  expect(() => readBaseline(text)).toThrow(message);
});
