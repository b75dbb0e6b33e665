import { mapped } from './mapped.js';
import type { VAD, VADEvent, VADInput, VADRequest } from '@parley/core/provider';
import { createReferenceVAD } from '../reference/vad/reference-vad.js';
import type { RuleId } from '../rules/rule.js';
import type { Mutant } from './mutant.js';

/** Makes another `detect` of the reference's. */
export type ChangedDetect = (detect: VAD['detect'], request: VADRequest) => AsyncIterable<VADEvent>;

/** The reference, with another `detect`. */
export const vadWith = (caughtBy: RuleId, name: string, change: ChangedDetect): Mutant<'vad'> => ({
  kind: 'vad',
  caughtBy,
  name,
  create: () => {
    const vad = createReferenceVAD();
    return { ...vad, detect: (request) => change((asked) => vad.detect(asked), request) };
  },
});

/** With other members. */
export const vadLike = (caughtBy: RuleId, name: string, change: (vad: VAD) => Partial<VAD>): Mutant<'vad'> => ({
  kind: 'vad',
  caughtBy,
  name,
  create: () => {
    const vad = createReferenceVAD();
    return { ...vad, ...change(vad) };
  },
});

/** What comes out is changed, event by event; everything else goes through. */
export const outOf =
  (change: (event: VADEvent, request: VADRequest) => VADEvent | readonly VADEvent[]): ChangedDetect =>
  (detect, request) =>
    mapped(detect(request), (event) => change(event, request));

/** What goes in is changed, piece by piece. */
export const into =
  (change: (input: VADInput, request: VADRequest) => VADInput | readonly VADInput[]): ChangedDetect =>
  (detect, request) =>
    detect({ ...request, audio: mapped(request.audio, (input) => change(input, request)) });
