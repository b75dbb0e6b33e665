import type { Level, RuleId, RuleText } from '../rules/rule.js';
import type { Verdict } from '../run/verdict.js';
import type { ProvableKind } from '../subject/provables.js';

/** What a process is to prove. */
export interface RunJob {
  /** URL of the module's file. */
  readonly module: string;
  /** URL of a file that exports `wire` or `wires`, and `subjects` of ports. */
  readonly wireFile?: string | undefined;
  /** Only this one. */
  readonly kind?: ProvableKind | undefined;
  /** Up to this one; rules of level 1 are not proven in here. */
  readonly level: Level;
  /** Against the vendor itself, with the key of the environment. */
  readonly isLive: boolean;
  /** Rules with a verdict already, by the key of their subject. */
  readonly done: Readonly<Record<string, readonly RuleId[]>>;
  /** Subjects that could not be made. */
  readonly broken: readonly string[];
}

/** What is proven, as a report names it. */
export interface SubjectHead {
  /** Tells it from other subjects of the same module. */
  readonly key: string;
  readonly kind: ProvableKind;
  readonly name: string;
}

/** What a process says; each before it goes on, so that what it was at is known when it ends. */
export type RunMessage =
  /** The kit's own code is loaded: from here on what goes wrong is the plugin's. */
  | { readonly type: 'ready' }
  /** There is nothing to be proven. */
  | { readonly type: 'unusable'; readonly fault: 'user' | 'plugin'; readonly message: string }
  | { readonly type: 'subject-start'; readonly subject: SubjectHead }
  | { readonly type: 'subject-broken'; readonly key: string; readonly message: string }
  | { readonly type: 'subject'; readonly subject: SubjectHead; readonly capabilities: unknown; readonly rules: readonly RuleText[] }
  | { readonly type: 'rule-start'; readonly key: string; readonly rule: RuleText; readonly deadlineMs: number }
  | { readonly type: 'verdict'; readonly key: string; readonly verdict: Verdict }
  | { readonly type: 'done' };
