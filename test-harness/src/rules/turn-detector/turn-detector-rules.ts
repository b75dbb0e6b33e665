import type { Rule } from '../rule.js';
import { detectorLifeRules } from './detector-life-rules.js';
import { predictionRules } from './prediction-rules.js';

export const turnDetectorRules: readonly Rule<'turn-detector'>[] = [...predictionRules, ...detectorLifeRules];
