import { conformance } from '@parley/conformance';
import { elevenLabsWires } from '@parley/conformance/wires';
import { createElevenLabs, parleyPlugin } from './index.js';

const plugin = parleyPlugin;

// All levels of what the plugin does by default are proven by `npm run conformance`; here is what else there is to choose, too.
conformance({
  plugin,
  kind: 'tts',
  level: 2,
  wire: elevenLabsWires.multiContextSpeech,
  create: (settings) => createElevenLabs(settings).tts(),
});

conformance({
  plugin,
  kind: 'tts',
  level: 2,
  wire: elevenLabsWires.httpSpeech,
  create: (settings) => createElevenLabs(settings).tts('flash-v2.5', { transport: 'rest' }),
});

for (const options of [{}, { wordTimings: true }, { commitStrategy: 'vad' }] as const)
  conformance({
    plugin,
    kind: 'stt',
    level: 2,
    wire: elevenLabsWires.scribeRealtime,
    create: (settings) => createElevenLabs(settings).stt('scribe_v2_realtime', options),
  });
