import type { RuleText } from '../rules/rule.js';
import type { Figures } from './figures.js';

/** What came of one rule. */
export type Verdict = {
  readonly rule: RuleText;
  readonly durationMs: number;
  /** What the rule measured, kept or not. Absent: nothing. */
  readonly figures?: Figures;
} & Outcome;

export type Outcome =
  | { readonly outcome: 'passed' }
  /** It does not hold: what was expected and what came. */
  | { readonly outcome: 'failed'; readonly message: string }
  /** Says nothing about this subject, by what that declares: counts as passed, and is printed. */
  | { readonly outcome: 'left-out'; readonly reason: string }
  /** The kit failed, not the plugin. */
  | { readonly outcome: 'kit-fault'; readonly message: string };
