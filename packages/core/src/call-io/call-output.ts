import type { BackgroundAudio } from './background-audio.js';
import { createMixedAudioOutput } from './mixed-output.js';
import { createPacedAudioOutput, type PacedAudioOutput, type PacedAudioOutputOptions } from './paced-output.js';

export interface CallOutputOptions extends Omit<PacedAudioOutputOptions, 'channels'> {
  readonly background?: BackgroundAudio | null | undefined;
}

/** A mono output in the clock's time, with background sounds if there are any. */
export function createCallOutput({ background, ...options }: CallOutputOptions): PacedAudioOutput {
  return background === undefined || background === null
    ? createPacedAudioOutput(options)
    : createMixedAudioOutput({ ...options, background });
}
