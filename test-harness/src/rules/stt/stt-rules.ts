import type { STTInput } from '@parley/core/provider';
import { failingInput } from '../call/input-rule.js';
import { callAbortRules } from '../call/abort-rules.js';
import { callBreakRules, closeCodes } from '../call/break-rules.js';
import { callCompanyRules } from '../call/company-rules.js';
import { callContractRules } from '../call/contract-rules.js';
import { openAndClose } from '../call/cycle-rules.js';
import { keptAlive } from '../call/idle-rules.js';
import { inOrder } from '../call/in-order.js';
import { callKeyRules } from '../call/key-rules.js';
import { callLifecycleRules } from '../call/lifecycle-rules.js';
import { callMessageRules } from '../call/message-rules.js';
import { callRefusalRules } from '../call/refusal-rules.js';
import { callTimingRules } from '../call/timing-rules.js';
import type { Rule } from '../rule.js';
import { silentAfterEnd, sttHonestyRules } from './stt-honesty-rules.js';
import { sttEventRules } from './stt-event-rules.js';
import { sttInputRules } from './stt-input-rules.js';
import { sttUndeclaredRule } from './stt-undeclared-rule.js';
import { audioInput, framesOf, sttManner } from './stt-manner.js';

/** All rules of STTs. */
export const sttRules: readonly Rule<'stt'>[] = inOrder([
  ...callContractRules(sttManner),
  ...sttInputRules,
  ...sttEventRules,
  sttUndeclaredRule,
  ...sttHonestyRules,
  silentAfterEnd,
  ...callAbortRules(sttManner),
  ...callLifecycleRules(sttManner),
  ...callCompanyRules(sttManner),
  openAndClose(sttManner),
  ...callRefusalRules(sttManner),
  ...callBreakRules(sttManner),
  ...callMessageRules(sttManner),
  closeCodes(sttManner),
  keptAlive(sttManner),
  failingInput(sttManner, (instance, options, error) => {
    const sampleRate = instance.capabilities.sampleRates[0] ?? 16_000;
    const audio = async function* (): AsyncGenerator<STTInput, void, void> {
      yield* audioInput(framesOf({ value: 1000, durationMs: 100, sampleRate }));
      throw error;
    };
    return instance.transcribe({ ...options, audio: audio(), sampleRate });
  }),
  ...callKeyRules(sttManner),
  ...callTimingRules(sttManner),
]);
