import { callAbortRules } from '../call/abort-rules.js';
import { callBreakRules } from '../call/break-rules.js';
import { callCompanyRules } from '../call/company-rules.js';
import { callContractRules } from '../call/contract-rules.js';
import { openAndClose } from '../call/cycle-rules.js';
import { inOrder } from '../call/in-order.js';
import { callKeyRules } from '../call/key-rules.js';
import { callLifecycleRules } from '../call/lifecycle-rules.js';
import { anotherAnswer, callMessageRules, oddPieces } from '../call/message-rules.js';
import { callRefusalRules } from '../call/refusal-rules.js';
import { callTimingRules } from '../call/timing-rules.js';
import type { Rule } from '../rule.js';
import { llmAnswerRules } from './llm-answer-rules.js';
import { llmManner } from './llm-manner.js';
import { llmRequestRules } from './llm-request-rules.js';
import { llmUndeclared } from './llm-undeclared-rule.js';

/** All rules of LLMs. */
export const llmRules: readonly Rule<'llm'>[] = inOrder([
  ...callContractRules(llmManner),
  llmUndeclared,
  ...llmAnswerRules,
  ...llmRequestRules,
  ...callAbortRules(llmManner),
  ...callLifecycleRules(llmManner),
  ...callCompanyRules(llmManner),
  openAndClose(llmManner),
  ...callRefusalRules(llmManner),
  ...callBreakRules(llmManner),
  ...callMessageRules(llmManner),
  oddPieces(llmManner),
  anotherAnswer(llmManner),
  ...callKeyRules(llmManner),
  ...callTimingRules(llmManner),
]);
