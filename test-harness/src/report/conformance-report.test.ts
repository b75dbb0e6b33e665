import { expect, test } from 'vitest';
import type { Verdict } from '../run/verdict.js';
import { conformanceReport } from './conformance-report.js';

const rule = { id: 'LLM-2.1', title: 'It holds.', why: 'Because.', since: '1.0' } as const;
const llm = { key: '0 llm', kind: 'llm', name: 'good/one' } as const;

const reportOf = (verdict: Verdict, fault?: 'plugin' | 'kit') =>
  conformanceReport({
    module: 'index.js',
    kitVersion: '1.0.0',
    date: new Date(0),
    upTo: 2,
    packageVerdicts: [],
    baseline: {},
    faults: [],
    run: {
      at: { type: 'loading' },
      notes: [],
      subjects: [{ subject: llm, capabilities: {}, rules: [rule], verdicts: [verdict] }],
      ...(fault === undefined ? {} : { unusable: { fault, message: 'no such luck' } }),
    },
  });

test('a fault of the kit in a rule is told as such, and nothing is said of the plugin', () => {
  const { result, faults, level, judged } = reportOf({ rule, durationMs: 1, outcome: 'kit-fault', message: 'no such file' });
  expect([result, faults, level, judged.unexpected]).toEqual(['the kit failed', ['LLM-2.1: no such file'], 1, []]);
});

test('where the kit fails after the plugin has broken a rule, the plugin does not conform', () => {
  const { result, faults } = reportOf({ rule, durationMs: 1, outcome: 'failed', message: 'no' }, 'kit');
  expect([result, faults]).toEqual(['does not conform', ['no such luck']]);
});

test('where the kit cannot go on, it has failed; where the plugin cannot, that does not conform', () => {
  expect(reportOf({ rule, durationMs: 1, outcome: 'passed' }, 'kit').result).toBe('the kit failed');
  expect(reportOf({ rule, durationMs: 1, outcome: 'passed' }, 'plugin').result).toBe('does not conform');
});
