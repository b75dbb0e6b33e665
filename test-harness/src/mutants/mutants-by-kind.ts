import type { ProvableKind } from '../subject/provables.js';
import { audioInputMutants } from './audio-input-mutants.js';
import { audioOutputMutants } from './audio-output-mutants.js';
import { dispatcherMutants } from './dispatcher-mutants.js';
import { llmMutants } from './llm-mutants.js';
import type { Mutant } from './mutant.js';
import { realtimeMutants } from './realtime-mutants.js';
import { sttMutants } from './stt-mutants.js';
import { toolsetMutants } from './toolset-mutants.js';
import { ttsMutants } from './tts-mutants.js';
import { turnDetectorMutants } from './turn-detector-mutants.js';
import { vadMutants } from './vad-mutants.js';

/** For each rule of a kind at least one plugin that it alone catches. */
export const mutantsByKind: { readonly [Kind in ProvableKind]: readonly Mutant<Kind>[] } = {
  llm: llmMutants,
  stt: sttMutants,
  tts: ttsMutants,
  vad: vadMutants,
  'turn-detector': turnDetectorMutants,
  'realtime-model': realtimeMutants,
  toolset: toolsetMutants,
  'audio-input': audioInputMutants,
  'audio-output': audioOutputMutants,
  dispatcher: dispatcherMutants,
};
