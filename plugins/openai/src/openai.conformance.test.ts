import { conformance } from '@parley/conformance';
import { openaiWires } from '@parley/conformance/wires';
import { createOpenAI, parleyPlugin } from './index.js';

const { tts } = parleyPlugin.kinds;

// All kinds and levels are proven by `npm run conformance`; this is how a plugin's own tests do it.
conformance({
  plugin: parleyPlugin,
  kind: 'tts',
  level: 2,
  wire: openaiWires.speech,
  create: (settings) => tts.create({ name: tts.defaultModel }, settings),
});

// A compatible server that can do nothing but write: what is not declared is refused.
const nothing = { tools: false, parallelToolCalls: false, images: false, structuredOutput: false } as const;
for (const [api, wire] of [
  ['chat', openaiWires.chatCompletions],
  ['responses', openaiWires.responses],
] as const)
  conformance({
    plugin: parleyPlugin,
    kind: 'llm',
    level: 2,
    wire,
    create: (settings) => createOpenAI(settings).llm('small', { api, capabilities: nothing }),
  });
