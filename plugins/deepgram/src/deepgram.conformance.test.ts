import { conformance } from '@parley/conformance';
import { deepgramWires } from '@parley/conformance/wires';
import { createDeepgram, parleyPlugin } from './index.js';

// All levels of what the plugin does by default are proven by `npm run conformance`; here is what else there is to choose.
conformance({
  plugin: parleyPlugin,
  kind: 'stt',
  level: 2,
  wire: deepgramWires.listen,
  create: (settings) => createDeepgram(settings).stt('nova-3', { speakers: true }),
});
