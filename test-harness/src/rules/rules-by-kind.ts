import { dispatcherRules } from './dispatcher/dispatcher-rules.js';
import { realtimeRules } from './realtime-model/realtime-rules.js';
import { toolsetRules } from './toolset/toolset-rules.js';
import { turnDetectorRules } from './turn-detector/turn-detector-rules.js';
import { audioInputRules } from './audio-input/audio-input-rules.js';
import type { ProvableKind } from '../subject/provables.js';
import { llmRules } from './llm/llm-rules.js';
import type { Rule } from './rule.js';
import { vadRules } from './vad/vad-rules.js';
import { audioOutputRules } from './audio-output/audio-output-rules.js';
import { sttRules } from './stt/stt-rules.js';
import { ttsRules } from './tts/tts-rules.js';

/** All rules of levels 2 to 5, in the order in which they are run: by level, then by number. */
export const rulesByKind: { readonly [Kind in ProvableKind]: readonly Rule<Kind>[] } = {
  llm: llmRules,
  stt: sttRules,
  tts: ttsRules,
  vad: vadRules,
  'turn-detector': turnDetectorRules,
  'realtime-model': realtimeRules,
  toolset: toolsetRules,
  'audio-input': audioInputRules,
  'audio-output': audioOutputRules,
  dispatcher: dispatcherRules,
};
