export { createFliteTTS, type FliteTTSOptions, type FliteVoice } from './flite/flite-tts.js';
export { createGrammarSTT, type GrammarSTTOptions } from './grammar/grammar-stt.js';
export { createLocal, type Local } from './local-provider.js';
export type { LocalRule, LocalRules } from './rules/local-rules.js';
export { parleyPlugin } from './parley-plugin.js';
export type { Pronunciations } from './grammar/pronunciations.js';
export { createRuleBrain } from './rules/rule-brain.js';
export type { LocalSlot } from './rules/slots.js';
