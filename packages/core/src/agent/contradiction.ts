import type { OverridableOptions } from './agent-options.js';

/**
 * Options given together, one of which turns off what another asks for. A minimum above its maximum is none: it counts as the maximum.
 *
 * @throws {TypeError} Names both.
 */
export function checkContradictions(owner: string, options: OverridableOptions): void {
  const { resumeFalseInterruption, falseInterruptionTimeoutMs, preemptiveGeneration, tts } = options;
  if (resumeFalseInterruption === true && falseInterruptionTimeoutMs === null)
    throw new TypeError(
      `${owner}: option "resumeFalseInterruption" is true, but option "falseInterruptionTimeoutMs" is null, so that none is ever found; give it a time`,
    );
  if (typeof preemptiveGeneration === 'object' && preemptiveGeneration?.tts === true && tts === null)
    throw new TypeError(`${owner}: option "preemptiveGeneration" asks for "tts", but option "tts" is null; give a TTS or leave that out`);
}
