import type { RuleId } from '../rules/rule.js';
import type { SubjectOptions } from '../subject/create-subject.js';
import type { ProvableKind } from '../subject/provables.js';

/** A correct plugin of this kind, which keeps every rule. */
export interface Reference<Kind extends ProvableKind> extends SubjectOptions<Kind> {
  /** What sets it apart from other references of the kind: `with word timings`. */
  readonly name: string;
}

/** A reference with one thing broken. */
export interface Mutant<Kind extends ProvableKind> extends SubjectOptions<Kind> {
  /** What is broken, as a sentence without its subject: `ends without finish`. */
  readonly name: string;
  /** The one rule that it breaks. */
  readonly caughtBy: RuleId;
}
