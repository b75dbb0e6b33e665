import type { Rule } from '../rule.js';
import { vadFaultRules } from './vad-fault-rules.js';
import { vadLifeRules } from './vad-life-rules.js';
import { vadSpeechRules } from './vad-speech-rules.js';
import { vadTimeRules } from './vad-time-rules.js';
import { vadWindowRules } from './vad-window-rules.js';

export const vadRules: readonly Rule<'vad'>[] = [...vadWindowRules, ...vadSpeechRules, ...vadLifeRules, ...vadFaultRules, ...vadTimeRules];
