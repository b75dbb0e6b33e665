import { setImmediate as nextLoop } from 'node:timers/promises';
import { frameMs, ownedCallerFrame } from '../fakes/caller-frame.js';
import type { BenchCall } from './bench-call.js';
import { untilTrue } from './until-true.js';

/** A stretch of the caller's audio. */
export interface Stretch {
  readonly frames: number;
  readonly isVoiced: boolean;
}

/** A frame that a call takes longer over is lost. */
const hearingTimeoutMs = 10_000;

/**
 * Gives all calls the same audio, frame by frame and as fast as it is heard: for what does not depend on time.
 *
 * @throws {Error} A call does not hear any more.
 */
export async function pushTogether(calls: readonly BenchCall[], stretches: readonly Stretch[]): Promise<void> {
  const heardBefore = calls.map((call) => call.framesHeard?.() ?? 0);
  let atMs = 0;
  for (const { frames, isVoiced } of stretches) {
    for (let index = 0; index < frames; index += 1) {
      for (const call of calls) call.push(ownedCallerFrame(isVoiced, atMs));
      atMs += frameMs;
      // All microtasks have run then: the frame has been heard.
      await nextLoop();
      const pushed = atMs / frameMs;
      const isHeard = () => calls.every((call, place) => (call.framesHeard?.() ?? Infinity) - (heardBefore[place] ?? 0) >= pushed);
      await untilTrue(isHeard, { what: 'a frame to be heard', timeoutMs: hearingTimeoutMs });
    }
  }
}
