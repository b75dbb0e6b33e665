import type { JsonObject } from '@parley/core/provider';
import type { Pronunciations } from '../grammar/pronunciations.js';
import type { LocalSlot } from './slots.js';

/** What the caller may say, and what happens then. At least one of `call` and `say` is given. */
export interface LocalRule {
  /**
   * One pattern or several: words, `(a | b)`, `[optional]`, `{slot}`, `{name:slot}`. Case and punctuation do not matter; numbers are
   * written as they are said.
   */
  readonly when: string | readonly string[];
  /** The name of a tool to call. Its arguments are the slots that were said, by name. */
  readonly call?: string | null | undefined;
  /** Turns the values of the slots into other arguments. A slot that was not said is absent. */
  readonly arguments?: ((slots: JsonObject) => JsonObject) | null | undefined;
  /** What the agent says, at once; before the tool is done if there is one. `{slot}` stands for what was said. */
  readonly say?: string | null | undefined;
  /**
   * What the agent says once the tool is done; without it, the tool's own text. `{output}` stands for that text and `{output.field}` for
   * a field of it, if it is a JSON object. If the tool failed, its message is said instead.
   */
  readonly then?: string | null | undefined;
}

/** A whole front desk: the grammar of the recogniser and the answers of the brain come from this one place. */
export interface LocalRules {
  /** What may be said for each slot: `{ day: ['monday', 'friday'], size: { two: 2, four: 4 } }`. */
  readonly slots?: Readonly<Record<string, LocalSlot>> | null | undefined;
  /** The first that matches wins. */
  readonly rules: readonly LocalRule[];
  /** Said when speech was not understood, or no rule holds it. Say in it what can be said. */
  readonly otherwise: string;
  /** Said when a reply is asked for and the caller has said nothing that is still unanswered: at the start of a call, usually. */
  readonly greeting?: string | null | undefined;
  /** For words that the recogniser's dictionary lacks. */
  readonly pronunciations?: Pronunciations | null | undefined;
}
