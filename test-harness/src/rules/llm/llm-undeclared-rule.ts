import type { LLMCapabilities, LLMRequest } from '@parley/core/provider';
import { answering, vendorAtWork } from '../call/vendor-at-work.js';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import type { Rule } from '../rule.js';
import { mustEqual } from '../violation.js';
import { llmManner, plainRequest } from './llm-manner.js';

const at = { createdAtMs: 0 } as const;
const tool = { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: {} } };
const user = { ...at, type: 'message', role: 'user', id: 'item-1' } as const;
const frame = { samples: new Int16Array(320), sampleRate: 16_000, channels: 1, atMs: 0 };

/** A request that needs it. */
const needing: { readonly [Name in keyof LLMCapabilities]: Partial<LLMRequest> } = {
  tools: { tools: [tool] },
  parallelToolCalls: { parallelToolCalls: true },
  images: { chat: [{ ...user, content: [{ type: 'image', mediaType: 'image/png', data: new Uint8Array([1]) }] }] },
  audio: { chat: [{ ...user, content: [{ type: 'audio', frames: [frame] }] }] },
  structuredOutput: { responseFormat: { name: 'city', schema: { type: 'object', properties: {} } } },
};
const names = ['tools', 'parallelToolCalls', 'images', 'audio', 'structuredOutput'] as const;

/** Level 2: number 9. */
export const llmUndeclared: Rule<'llm'> = {
  id: 'LLM-2.9',
  title:
    'A request for what is not declared (tools, several at once, images, audio, structured output) fails with kind "unsupported", before anything is sent.',
  why: 'What is left out in silence is missed in the reply; what the vendor refuses was paid for in time.',
  since: '1.0',
  leftOut: ({ declared: { capabilities } }) => (names.every((name) => capabilities[name]) ? 'all is declared' : undefined),
  async prove(trial) {
    const atWork = trial.subject.wire === undefined ? undefined : await vendorAtWork(trial, answering(llmManner));
    const instance = atWork?.instance ?? (await trial.create());
    for (const name of names.filter((each) => !trial.subject.declared.capabilities[each])) {
      const request = { ...plainRequest(trial.call().options), ...needing[name] };
      // Thrown at once, or by the first read.
      const failed = Promise.resolve().then(() => trial.read(instance.generate(request)).all());
      const error = await trial.failure(`a request that needs "${name}", which is not declared`, failed);
      mustBeAPIError(error, `"${name}", which is not declared`, { kinds: ['unsupported'], retryable: false });
    }
    mustEqual(atWork?.vendor.record.requests.length ?? 0, 0, 'requests at the vendor');
  },
};
