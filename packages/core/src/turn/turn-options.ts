/**
 * Who decides that the user has finished: the VAD by silence; the STT by its own reports; a realtime model; or, with `manual`, only
 * `commitUserTurn`.
 */
export type TurnDetectionMode = 'realtime_llm' | 'vad' | 'stt' | 'manual';

/** How the delay before the end of a turn is found: as it is given, or learnt from the caller's pauses. */
export type EndpointingMode = 'fixed' | 'dynamic';

/** How much a user may say in one turn before `onUserTurnExceeded` is called. What is left out is not limited. */
export interface UserTurnLimit {
  /** Words, interim ones included. */
  readonly words?: number | null | undefined;
  /** Milliseconds from the start of the turn, while the user still speaks. */
  readonly durationMs?: number | null | undefined;
}

/** What a turn detector asks for, as far as it matters to when it is asked. */
export interface DetectorNeeds {
  /** It judges by sound: one answer holds for the whole pause. Otherwise it judges by text, and anew for each text. */
  readonly hearsAudio: boolean;
  /** Silence before it is asked, in milliseconds. */
  readonly minSilenceMs: number;
  /** BCP 47 primary tags that it knows; `*` for any. */
  readonly languages: readonly string[];
}

/** What the rules of turn-taking go by. Times in milliseconds. */
export interface TurnOptions {
  readonly turnDetection: TurnDetectionMode;
  /** What ends a turn in mode `stt`: its report of the end of speech, or of a turn; `none`: it reports neither, or the mode is another. */
  readonly sttEnds: 'none' | 'speech' | 'turn';
  /** Null: nobody is asked whether the user has finished. */
  readonly detector: DetectorNeeds | null;
  readonly minInterruptionDurationMs: number;
  readonly minInterruptionWords: number;
  readonly interruptionPolicy: InterruptionPolicy;
  /** From the end of what was heard of one speech to the next one's first sound, at least. */
  readonly minConsecutiveSpeechDelayMs: number;
  /** From the first sound of the agent on: only a turn that is over interrupts, as its own echo may be heard. Null: never. */
  readonly aecWarmupMs: number | null;
  readonly endpointing: EndpointingMode;
  /** From the end of the voice to the end of the turn. */
  readonly minEndpointingDelayMs: number;
  /** The same where a turn detector expects more, or nobody tells of the end: the forced end of a turn that has text. */
  readonly maxEndpointingDelayMs: number;
  readonly falseInterruptionTimeoutMs: number | null;
  readonly resumeFalseInterruption: boolean;
  readonly interimCommitTimeoutMs: number;
  /** Speech without any text is reported so long after its end; null: never. */
  readonly transcriptionTimeoutMs: number | null;
  /** `Infinity` where there is no limit. */
  readonly userTurnLimit: { readonly words: number; readonly durationMs: number } | null;
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
