import { proveRules } from './prove-rules.js';

proveRules('audio-input');
