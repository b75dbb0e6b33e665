import { conformance } from '@parley/conformance';
import type { STTWire } from '@parley/conformance/wire';
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

const { scribeRealtime } = elevenLabsWires;

for (const options of [{}, { wordTimings: true }] as const)
  conformance({
    plugin,
    kind: 'stt',
    level: 2,
    wire: scribeRealtime,
    create: (settings) => createElevenLabs(settings).stt('scribe_v2_realtime', options),
  });

/**
 * Where the vendor commits too, the plugin leaves it half a second for one that is on its way. At this level the kit's clock stands still: so
 * here the vendor closes once it has said all, which it may.
 */
const closingRealtime: STTWire = {
  ...scribeRealtime,
  serve: (connection, open) =>
    scribeRealtime.serve(connection, (call) =>
      open({
        connection: call.connection,
        heard: call.heard,
        send: async (step) => {
          await call.send(step);
          if (step.type === 'done' && connection.type === 'websocket') connection.close(1000);
        },
      }),
    ),
};

conformance({
  plugin,
  kind: 'stt',
  level: 2,
  wire: closingRealtime,
  create: (settings) => createElevenLabs(settings).stt('scribe_v2_realtime', { commitStrategy: 'vad' }),
});
