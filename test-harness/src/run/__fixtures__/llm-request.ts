import type { CallOptions, LLMRequest } from '@parley/core/provider';

/** The caller said `hello`. */
export const llmRequest = (options: CallOptions, more: Partial<LLMRequest> = {}): LLMRequest => ({
  chat: [{ type: 'message', role: 'user', id: 'm1', createdAtMs: 0, content: [{ type: 'text', text: 'hello' }] }],
  tools: [],
  toolChoice: 'auto',
  ...options,
  ...more,
});
