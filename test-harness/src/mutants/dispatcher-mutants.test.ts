import { proveRules } from './prove-rules.js';

proveRules('dispatcher');
