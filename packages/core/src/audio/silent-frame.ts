import type { AudioFrame } from '../provider/audio-frame.js';

/** One stretch of zeros for all silence of the process; frames are never written to. */
let zeros = new Int16Array(0);

export interface SilentFrameOptions {
  /** Hertz. */
  readonly sampleRate: number;
  /** 1 by default. */
  readonly channels?: number;
  readonly atMs: number;
  /** 20 by default; rounded to a whole sample. */
  readonly durationMs?: number;
}

/** A frame of digital silence. Its samples are shared with all others, so that silence takes no memory. */
export function silentFrame(options: SilentFrameOptions): AudioFrame {
  const { sampleRate, channels = 1, atMs, durationMs = 20 } = options;
  const length = Math.round((durationMs * sampleRate) / 1_000) * channels;
  if (length > zeros.length) zeros = new Int16Array(length);
  return { samples: zeros.subarray(0, length), sampleRate, channels, atMs };
}
