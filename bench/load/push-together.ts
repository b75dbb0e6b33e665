import { setImmediate as nextLoop } from 'node:timers/promises';
import { frameMs, ownedCallerFrame } from '../fakes/caller-frame.js';
import type { FakeCall } from './fake-call.js';

/** A stretch of the caller's audio. */
export interface Stretch {
  readonly frames: number;
  readonly isVoiced: boolean;
}

/** Gives all calls the same audio, frame by frame and as fast as it is heard: for what does not depend on time. */
export async function pushTogether(calls: readonly FakeCall[], stretches: readonly Stretch[]): Promise<void> {
  let atMs = 0;
  for (const { frames, isVoiced } of stretches) {
    for (let index = 0; index < frames; index += 1) {
      for (const call of calls) call.push(ownedCallerFrame(isVoiced, atMs));
      atMs += frameMs;
      // All microtasks have run then: the frame has been heard.
      await nextLoop();
    }
  }
}
