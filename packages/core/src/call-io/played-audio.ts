/** A stretch of audio as it was played: 16-bit PCM, of any length. Not to be written to. */
export interface PlayedAudio {
  readonly samples: Int16Array;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /**
   * When its first sample sounded, on the clock, from the output's creation. Exact to the sample: stretches that follow each other without
   * a break join without a gap.
   */
  readonly atMs: number;
}
