/** Interleaved 16-bit PCM, at most 60 ms, from 10 ms on except at the end. Immutable and not reused once handed over. */
export interface AudioFrame {
  readonly samples: Int16Array;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /**
   * Start of the frame on its stream's time line, which counts samples and gaps, not wall time. Whatever is reported about a stream
   * is on the line of the frames given: if the first frame says 61,000, so do the events. A frame may begin later than the one before
   * it ended: nothing was heard between.
   */
  readonly atMs: number;
}
