import type { LLM, STT, TTS } from '@parley/core/provider';
import { compileRules } from './rules/compiled-rules.js';
import { createFliteTTS, type FliteTTSOptions } from './flite/flite-tts.js';
import { createGrammarSTT, type GrammarSTTOptions } from './grammar/grammar-stt.js';
import type { LocalRules } from './rules/local-rules.js';
import { createRuleBrain } from './rules/rule-brain.js';

/** Makers of the three parts, which fit each other. Each makes a new instance, to be closed by whoever asked for it. */
export interface Local {
  /** Understands what the rules hold. */
  stt(options?: Omit<GrammarSTTOptions, 'grammar' | 'pronunciations'>): STT;
  /** Speaks in a voice of flite's. */
  tts(options?: FliteTTSOptions): TTS;
  /** Answers as the rules say. */
  llm(): LLM;
}

/**
 * All that a call needs without an account, from one set of rules: a recogniser that understands what they hold, a brain that answers as
 * they say, and a voice.
 *
 * @throws {TypeError} A rule is unsound; the message names it.
 */
export function createLocal(rules: LocalRules): Local {
  const { grammar } = compileRules(rules);
  return {
    stt: (options = {}) => createGrammarSTT({ ...options, grammar, pronunciations: rules.pronunciations }),
    tts: (options = {}) => createFliteTTS(options),
    llm: () => createRuleBrain(rules),
  };
}
