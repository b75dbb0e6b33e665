import type { Rule } from '../rule.js';
import { dispatcherLifeRules } from './dispatcher-life-rules.js';
import { offerRules } from './offer-rules.js';

export const dispatcherRules: readonly Rule<'dispatcher'>[] = [...offerRules, ...dispatcherLifeRules];
