import { isViolation } from '../rules/violation.js';
import type { Outcome, Verdict } from '../run/verdict.js';
import { loadingRules } from './loading-rules.js';
import type { PackageFacts } from './package-facts.js';
import type { PackageRule } from './package-rule.js';
import { pluginRules } from './plugin-rules.js';

/** All of level 1, in order. */
export const packageRules: readonly PackageRule[] = [...loadingRules, ...pluginRules];

export function runPackageRules(facts: PackageFacts): readonly Verdict[] {
  return packageRules.map((rule) => {
    const { id, title, why, since } = rule;
    return { rule: { id, title, why, since }, durationMs: 0, ...outcomeOf(rule, facts) };
  });
}

function outcomeOf(rule: PackageRule, facts: PackageFacts): Outcome {
  const reason = rule.leftOut?.(facts);
  if (reason !== undefined) return { outcome: 'left-out', reason };
  try {
    rule.prove(facts);
    return { outcome: 'passed' };
  } catch (error) {
    if (isViolation(error)) return { outcome: 'failed', message: error.message };
    return { outcome: 'kit-fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
