import type { AudioFrame } from '../provider/audio-frame.js';
import type { FrameOptions } from './frame-options.js';
import { createFramer } from './framer.js';

/**
 * Cuts samples that are all there into frames, which are views of them: do not write to them again. The last may be shorter.
 *
 * @param samples 16-bit PCM, interleaved if there are several channels.
 * @throws {RangeError} An option is out of range, or the last sample lacks a channel.
 */
export function toFrames(samples: Int16Array, options: FrameOptions): readonly AudioFrame[] {
  const framer = createFramer(options);
  const frames = framer.push(samples);
  const last = framer.flush();
  return last === undefined ? frames : [...frames, last];
}
