/** How a run of samples is cut into frames. */
export interface FrameOptions {
  /** Hertz. */
  readonly sampleRate: number;
  /** 1 by default. */
  readonly channels?: number;
  /** Time of the first sample; 0 by default. */
  readonly atMs?: number;
  /** 10 to 60, 20 by default; rounded to a whole sample. */
  readonly frameMs?: number;
}

/** The options, complete and checked. @throws {RangeError} One is out of range. */
export function checkFrameOptions(options: FrameOptions): Required<FrameOptions> {
  const { sampleRate, channels = 1, atMs = 0, frameMs = 20 } = options;
  if (!(sampleRate >= 1_000)) throw new RangeError(`a sample rate is at least 1000 Hz, not ${sampleRate}`);
  if (!Number.isInteger(channels) || channels < 1) throw new RangeError(`audio has a whole number of channels from 1 on, not ${channels}`);
  if (!Number.isFinite(atMs)) throw new RangeError(`the time of a first sample is a number of milliseconds, not ${atMs}`);
  if (!(frameMs >= 10 && frameMs <= 60)) throw new RangeError(`a frame lasts 10 to 60 ms, not ${frameMs}`);
  return { sampleRate, channels, atMs, frameMs };
}
