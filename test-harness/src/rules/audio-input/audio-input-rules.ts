import type { Rule } from '../rule.js';
import { heardRules } from './heard-rules.js';
import { inputLifeRules } from './input-life-rules.js';

export const audioInputRules: readonly Rule<'audio-input'>[] = [...heardRules, ...inputLifeRules];
