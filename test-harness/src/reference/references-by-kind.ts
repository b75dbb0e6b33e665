import { createReferenceDispatcher } from './dispatcher/reference-dispatcher.js';
import { createReferenceRealtime } from './realtime-model/reference-realtime.js';
import { referenceRealtimeWire } from './realtime-model/reference-realtime-wire.js';
import { createReferenceToolset } from './toolset/reference-toolset.js';
import { referenceToolsetWire } from './toolset/reference-toolset-wire.js';
import { createReferenceAudioDetector, createReferenceTextDetector } from './turn-detector/reference-turn-detector.js';
import { createReferenceAudioInput } from './audio-input/reference-audio-input.js';
import type { Reference } from '../mutants/mutant.js';
import { llmReferences } from './llm/llm-references.js';
import { sttReferences } from './stt/stt-references.js';
import { ttsReferences } from './tts/tts-references.js';
import type { ProvableKind } from '../subject/provables.js';
import { createReferenceVAD } from './vad/reference-vad.js';
import { createReferenceAudioOutput } from './audio-output/reference-audio-output.js';

const textOnly = {
  audioInput: false,
  audioOutput: false,
  images: false,
  turnDetection: false,
  inputTranscripts: false,
  truncate: false,
  updates: [],
  perResponseToolChoice: false,
} as const;

/** Correct plugins: one of each manner that a kind's capabilities allow, so that each rule applies to at least one. */
export const referencesByKind: { readonly [Kind in ProvableKind]: readonly Reference<Kind>[] } = {
  llm: llmReferences,
  stt: sttReferences,
  tts: ttsReferences,
  vad: [{ kind: 'vad', name: 'by loudness', create: () => createReferenceVAD() }],
  'turn-detector': [
    { kind: 'turn-detector', name: 'by text', create: () => createReferenceTextDetector() },
    { kind: 'turn-detector', name: 'by ear', create: () => createReferenceAudioDetector() },
  ],
  'realtime-model': [
    {
      kind: 'realtime-model',
      name: 'with all that there is',
      wire: referenceRealtimeWire,
      create: (settings) => createReferenceRealtime(settings),
    },
    {
      kind: 'realtime-model',
      name: 'with nothing beyond text',
      wire: referenceRealtimeWire,
      create: (settings) => createReferenceRealtime(settings, textOnly),
    },
  ],
  toolset: [
    {
      kind: 'toolset',
      name: 'with progress, whose list changes',
      wire: referenceToolsetWire,
      create: (settings) => createReferenceToolset(settings),
    },
    {
      kind: 'toolset',
      name: 'without either',
      wire: referenceToolsetWire,
      create: (settings) => createReferenceToolset(settings, { listChanges: false, progress: false }),
    },
  ],
  'audio-input': [{ kind: 'audio-input', name: 'in memory', create: (settings) => createReferenceAudioInput(settings) }],
  'audio-output': [{ kind: 'audio-output', name: 'in the time of the clock', create: (settings) => createReferenceAudioOutput(settings) }],
  dispatcher: [{ kind: 'dispatcher', name: 'in memory', create: () => createReferenceDispatcher() }],
};
