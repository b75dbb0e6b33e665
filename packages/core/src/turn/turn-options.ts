/** Who decides that the user has finished. `manual`: only `commitUserTurn`. */
export type TurnDetectionMode = 'vad' | 'stt' | 'manual';

/** What the rules of turn-taking go by. Times in milliseconds. */
export interface TurnOptions {
  readonly turnDetection: TurnDetectionMode;
  readonly minInterruptionDurationMs: number;
  readonly minInterruptionWords: number;
  readonly interruptionPolicy: InterruptionPolicy;
  /** From the end of what was heard of one speech to the next one's first sound, at least. */
  readonly minConsecutiveSpeechDelayMs: number;
  /** From the first sound of the agent on: only a turn that is over interrupts, as its own echo may be heard. Null: never. */
  readonly aecWarmupMs: number | null;
  readonly minEndpointingDelayMs: number;
  readonly falseInterruptionTimeoutMs: number | null;
  readonly resumeFalseInterruption: boolean;
  readonly interimCommitTimeoutMs: number;
  readonly discardAudioIfUninterruptible: boolean;
  /** Null: no reply is begun before the turn is over. */
  readonly preemptive: { readonly maxSpeechMs: number; readonly maxTries: number } | null;
  /** Quiet on both sides for this long makes the user `away`; null: never. */
  readonly userAwayTimeoutMs: number | null;
}

/** User speech while the agent has the floor. */
export interface Overlap {
  /** Length of the present stretch of speech; 0 when only text came. */
  readonly speechMs: number;
  /** Words heard in this turn so far, interim ones included. */
  readonly words: number;
  readonly text: string;
  /** The text is final: it will not change any more. */
  readonly isFinal: boolean;
  /** There is a VAD: then interim text alone says nothing that the voice did not say before. */
  readonly hasVad: boolean;
}

/** `pause` holds the reply until it is known whether the user means it; `stop` ends it for good. */
export type InterruptionVerdict = 'ignore' | 'pause' | 'stop';
export type InterruptionPolicy = (
  overlap: Overlap,
  options: Pick<TurnOptions, 'minInterruptionDurationMs' | 'minInterruptionWords'>,
) => InterruptionVerdict;
