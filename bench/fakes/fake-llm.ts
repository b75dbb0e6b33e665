import type { LLM, LLMEvent } from '@parley/core/provider';

/** An LLM that gives the same text at once, whatever it is asked. */
export function createFakeLLM(text: string): LLM {
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'bench',
    model: 'fake-llm',
    capabilities: { tools: true, parallelToolCalls: true, images: false, audio: false, structuredOutput: false },
    async *generate(): AsyncGenerator<LLMEvent, void, void> {
      yield { type: 'text-delta', text };
      yield { type: 'finish', reason: 'stop' };
    },
  };
}
