import type { Reference } from '../../mutants/mutant.js';
import { createReferenceLLM } from './reference-llm.js';
import { referenceLLMWire } from './reference-llm-wire.js';

export const llmReferences: readonly Reference<'llm'>[] = [
  { kind: 'llm', name: 'with all that there is', wire: referenceLLMWire, create: (settings) => createReferenceLLM(settings) },
  {
    kind: 'llm',
    name: 'with the least',
    wire: referenceLLMWire,
    create: (settings) =>
      createReferenceLLM(settings, {
        capabilities: { tools: false, parallelToolCalls: false, images: false, audio: false, structuredOutput: false },
      }),
  },
];
