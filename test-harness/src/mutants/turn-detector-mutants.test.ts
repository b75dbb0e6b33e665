import { proveRules } from './prove-rules.js';

proveRules('turn-detector');
