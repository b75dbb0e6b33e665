import type { Rule } from '../rule.js';
import { clearRules } from './clear-rules.js';
import { outputLifeRules } from './output-life-rules.js';
import { playoutRules } from './playout-rules.js';

export const audioOutputRules: readonly Rule<'audio-output'>[] = [...playoutRules, ...clearRules, ...outputLifeRules];
