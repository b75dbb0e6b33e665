import type { Reference } from '../../mutants/mutant.js';
import { createReferenceTTS } from './reference-tts.js';
import { referenceTTSWire } from './reference-tts-wire.js';

export const ttsReferences: readonly Reference<'tts'>[] = [
  { kind: 'tts', name: 'with all that there is', wire: referenceTTSWire, create: (settings) => createReferenceTTS(settings) },
  {
    kind: 'tts',
    name: 'with the least',
    wire: referenceTTSWire,
    create: (settings) =>
      createReferenceTTS(settings, {
        capabilities: { streaming: false, wordTimings: false },
      }),
  },
];
