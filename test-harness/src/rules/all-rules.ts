import { packageRules } from '../package/run-package-rules.js';
import { idPrefixes, provableKinds } from '../subject/provable-kinds.js';
import type { RuleText } from './rule.js';
import { rulesByKind } from './rules-by-kind.js';

/** Rules of one kind, or of packages. */
export interface RuleGroup {
  /** Of the ids: `LLM`. */
  readonly prefix: string;
  readonly title: string;
  readonly rules: readonly RuleText[];
}

const titles = {
  llm: 'Language models',
  stt: 'Speech to text',
  tts: 'Text to speech',
  vad: 'Voice activity detection',
  'turn-detector': 'Turn detectors',
  'realtime-model': 'Realtime models',
  toolset: 'Toolsets',
  'audio-input': 'Port: audio input',
  'audio-output': 'Port: audio output',
  dispatcher: 'Port: dispatcher',
} as const;

/** Every rule there is. */
export const allRules: readonly RuleGroup[] = [
  { prefix: 'PKG', title: 'Packages', rules: packageRules },
  ...provableKinds.map((kind) => ({ prefix: idPrefixes[kind], title: titles[kind], rules: rulesByKind[kind] })),
];
