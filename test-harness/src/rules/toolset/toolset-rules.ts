import type { Rule } from '../rule.js';
import { toolRules } from './tool-rules.js';
import { toolsetFaultRules } from './toolset-fault-rules.js';
import { toolsetLifeRules } from './toolset-life-rules.js';

export const toolsetRules: readonly Rule<'toolset'>[] = [...toolRules, ...toolsetLifeRules, ...toolsetFaultRules];
