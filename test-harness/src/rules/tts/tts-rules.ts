import type { TTSInput } from '@parley/core/provider';
import { failingInput } from '../call/input-rule.js';
import { callAbortRules } from '../call/abort-rules.js';
import { callBreakRules, closeCodes } from '../call/break-rules.js';
import { abortedWhileOpening, callCompanyRules, reuse } from '../call/company-rules.js';
import { callContractRules } from '../call/contract-rules.js';
import { openAndClose } from '../call/cycle-rules.js';
import { hungUpBetweenCalls, keptAlive } from '../call/idle-rules.js';
import { inOrder } from '../call/in-order.js';
import { callKeyRules } from '../call/key-rules.js';
import { callLifecycleRules } from '../call/lifecycle-rules.js';
import { callMessageRules } from '../call/message-rules.js';
import { callRefusalRules } from '../call/refusal-rules.js';
import { callTimingRules } from '../call/timing-rules.js';
import type { Rule } from '../rule.js';
import { ttsManner } from './tts-manner.js';
import { ttsSegmentRules } from './tts-segment-rules.js';
import { ttsTextRules } from './tts-text-rules.js';

/** All rules of TTSs. */
export const ttsRules: readonly Rule<'tts'>[] = inOrder([
  ...callContractRules(ttsManner),
  ...ttsSegmentRules,
  ...ttsTextRules,
  ...callAbortRules(ttsManner),
  ...callLifecycleRules(ttsManner),
  ...callCompanyRules(ttsManner),
  openAndClose(ttsManner),
  ...callRefusalRules(ttsManner),
  ...callBreakRules(ttsManner),
  ...callMessageRules(ttsManner),
  closeCodes(ttsManner),
  keptAlive(ttsManner),
  hungUpBetweenCalls(ttsManner),
  reuse(ttsManner),
  abortedWhileOpening(ttsManner),
  failingInput(ttsManner, (instance, options, error) => {
    const text = async function* (): AsyncGenerator<TTSInput, void, void> {
      yield { type: 'text', segmentId: 's1', text: 'This is ' };
      throw error;
    };
    return instance.synthesize({ ...options, text: text(), sampleRate: instance.capabilities.sampleRates[0] ?? 24_000 });
  }),
  ...callKeyRules(ttsManner),
  ...callTimingRules(ttsManner),
]);
