import { conformance } from '@parley/conformance';
import { openaiWires } from '@parley/conformance/wires';
import { parleyPlugin } from './index.js';

const { tts } = parleyPlugin.kinds;

// All kinds and levels are proven by `npm run conformance`; this is how a plugin's own tests do it.
conformance({
  plugin: parleyPlugin,
  kind: 'tts',
  level: 2,
  wire: openaiWires.speech,
  create: (settings) => tts.create({ name: tts.defaultModel }, settings),
});
