import { allRules } from '../rules/all-rules.js';
import type { RuleId } from '../rules/rule.js';
import type { Verdict } from '../run/verdict.js';

/** Rules that a plugin is known to break, and why: `{ "STT-3.2": "the vendor closes late: issue 12" }`. */
export type Baseline = Readonly<Record<string, string>>;

export interface Judged {
  /** Broken, and not known to be. */
  readonly unexpected: readonly Verdict[];
  readonly known: readonly Verdict[];
  /** Known to be broken, and kept: the entry has to go. */
  readonly stale: readonly RuleId[];
}

const knownIds = new Set<string>(allRules.flatMap(({ rules }) => rules.map(({ id }) => id)));

/** @throws {TypeError} The text is no baseline, or names a rule that does not exist, which would never be stale; says why. */
export function readBaseline(text: string): Baseline {
  const value: unknown = JSON.parse(text);
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  if (entries === undefined) throw new TypeError('a baseline is a JSON object: {"STT-3.2": "why"}');
  return Object.fromEntries(
    entries.map(([id, why]) => {
      if (!/^[A-Z-]+-[1-5]\.\d+$/.test(id)) throw new TypeError(`a baseline names rules such as "STT-3.2", not "${id}"`);
      if (!knownIds.has(id))
        throw new TypeError(`the baseline names ${id}, and there is no such rule: docs/conformance/v1.md has all of them`);
      if (typeof why !== 'string' || why === '') throw new TypeError(`the baseline does not say why ${id} is broken`);
      return [id, why];
    }),
  );
}

/** An entry is stale once its rule was run and broken nowhere. */
export function judge(verdicts: readonly Verdict[], baseline: Baseline): Judged {
  const failed = verdicts.filter(({ outcome }) => outcome === 'failed');
  const isKnown = ({ rule }: Verdict) => Object.hasOwn(baseline, rule.id);
  const brokenIds = new Set<string>(failed.map(({ rule }) => rule.id));
  const stale = new Set(verdicts.filter((verdict) => isKnown(verdict) && !brokenIds.has(verdict.rule.id)).map(({ rule }) => rule.id));
  return { unexpected: failed.filter((verdict) => !isKnown(verdict)), known: failed.filter(isKnown), stale: [...stale] };
}
