import type { Rule } from '../rule.js';
import { conversationRules } from './conversation-rules.js';
import { floorRules } from './floor-rules.js';
import { realtimeFaultRules } from './realtime-fault-rules.js';
import { realtimeLifeRules } from './realtime-life-rules.js';
import { updateRules } from './update-rules.js';

export const realtimeRules: readonly Rule<'realtime-model'>[] = [
  ...conversationRules,
  ...floorRules,
  ...updateRules,
  ...realtimeLifeRules,
  ...realtimeFaultRules,
];
