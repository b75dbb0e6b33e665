import { ruleLevel } from '../rules/rule-level.js';
import type { Level, RuleText } from '../rules/rule.js';
import type { Verdict } from '../run/verdict.js';

/** What the levels are about, by their numbers. */
export const levelNames: Readonly<Record<Level, string>> = { 1: 'loads', 2: 'contract', 3: 'lifecycle', 4: 'faults', 5: 'timing' };
export const levels: readonly Level[] = [1, 2, 3, 4, 5];

export interface ReachedLevel {
  /** The last level of which, and of those before it, no rule is broken; 0 if it is not even the first. */
  readonly level: Level | 0;
  /** With what did not apply: `5 (faults: no wire)`. */
  readonly label: string;
}

interface Proven {
  readonly rules: readonly RuleText[];
  readonly verdicts: readonly Verdict[];
  /** Up to which it was asked. */
  readonly upTo: Level;
}

/** A rule without a verdict is not kept. */
export function reachedLevel({ rules, verdicts, upTo }: Proven): ReachedLevel {
  const byId = new Map(verdicts.map((verdict) => [verdict.rule.id, verdict]));
  const isKept = ({ id }: RuleText) => ['passed', 'left-out'].includes(byId.get(id)?.outcome ?? '');
  const ofLevel = (level: Level) => rules.filter(({ id }) => ruleLevel(id) === level);
  const broken = levels.find((level) => level > upTo || !ofLevel(level).every(isKept)) ?? 6;
  const level = levels.findLast((each) => each < broken) ?? 0;
  const notes = levels
    .filter((each) => each <= level)
    .flatMap((each) => {
      const reason = wholeReason(ofLevel(each).map(({ id }) => byId.get(id)));
      return reason === undefined ? [] : [`${levelNames[each]}: ${reason}`];
    });
  return { level, label: notes.length === 0 ? String(level) : `${level} (${notes.join(', ')})` };
}

/** Why none of the rules of a level says anything about the subject, where none does. */
function wholeReason(verdicts: readonly (Verdict | undefined)[]): string | undefined {
  if (verdicts.length === 0) return 'no rules';
  const reasons = verdicts.map((verdict) => (verdict?.outcome === 'left-out' ? verdict.reason : undefined));
  const [first] = reasons;
  return reasons.every((reason) => reason !== undefined) ? first : undefined;
}
