import type { ProvableKind } from '../subject/provables.js';
import type { Subject } from '../subject/subject.js';
import type { Trial } from '../trial/trial.js';

export type Level = 1 | 2 | 3 | 4 | 5;
/** Kind, level, number: `LLM-2.4`. */
export type RuleId = `${string}-${Level}.${number}`;

/** What people read of a rule. */
export interface RuleText {
  /** Frozen for specification version 1: never given to another rule. Kinds: PKG, LLM, STT, TTS, VAD, TURN, REALTIME, TOOLSET, AUDIO-IN, AUDIO-OUT, DISPATCH. */
  readonly id: RuleId;
  /** What must hold, as a sentence. */
  readonly title: string;
  /** What goes wrong for a caller or an application where it does not. */
  readonly why: string;
  /** Version of the rules that had it first. */
  readonly since: '1.0';
}

/** One thing that must hold of all plugins of a kind. */
export interface Rule<Kind extends ProvableKind> extends RuleText {
  /** Why it says nothing about this subject (`faults: no wire`, `tools: not declared`); undefined where it applies. */
  readonly leftOut?: (subject: Subject<Kind>) => string | undefined;
  /** Throws a `Violation`: what was expected and what came. An `APIError` is the plugin's fault too; any other error the kit's. */
  readonly prove: (trial: Trial<Kind>) => Promise<void>;
  /** Real time after which it has failed. Default 20,000. */
  readonly deadlineMs?: number;
}
