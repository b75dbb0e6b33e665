import { proveRules } from './prove-rules.js';

proveRules('vad');
