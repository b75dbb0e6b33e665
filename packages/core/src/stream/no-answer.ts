import { APIError } from '../provider/api-error.js';
import type { LLMEvent } from '../provider/llm.js';

export type FinishReason = Extract<LLMEvent, { readonly type: 'finish' }>['reason'];

/** Why a response that held neither text nor a call has failed; undefined where the model had nothing to say (decision 0051). */
export const noAnswer = (reason: FinishReason, provider: string): APIError | undefined =>
  reason === 'stop'
    ? undefined
    : new APIError(`gave no answer, and finished with "${reason}"`, { kind: 'protocol', provider, retryable: reason === 'other' });
