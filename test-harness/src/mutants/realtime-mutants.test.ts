import { proveRules } from './prove-rules.js';

proveRules('realtime-model');
