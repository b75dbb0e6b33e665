import type { Reference } from '../../mutants/mutant.js';
import { createReferenceSTT } from './reference-stt.js';
import { referenceSTTWire } from './reference-stt-wire.js';

export const sttReferences: readonly Reference<'stt'>[] = [
  { kind: 'stt', name: 'with all that there is', wire: referenceSTTWire, create: (settings) => createReferenceSTT(settings) },
  {
    kind: 'stt',
    name: 'with the least',
    wire: referenceSTTWire,
    create: (settings) =>
      createReferenceSTT(settings, {
        capabilities: {
          interimTranscripts: false,
          endpointing: false,
          turnDetection: false,
          wordTimings: false,
          speakers: false,
          settings: [],
          updatable: [],
        },
      }),
  },
];
