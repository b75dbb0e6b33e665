import { proveRules } from './prove-rules.js';

proveRules('audio-output');
