/** What a random caller does, one after the other. Times in milliseconds, on a grid of 50. */
export interface RandomVoice {
  /** Silence before it. */
  readonly pauseMs: number;
  readonly lengthMs: number;
  /** `noise` has no transcript; `interim` never gets a final one. */
  readonly kind: 'speech' | 'noise' | 'interim';
  readonly transcriptDelayMs: number;
}

/** What the LLM does when it is called, in order of its calls; beginning anew when the list is over. */
export interface RandomReply {
  readonly words: number;
  readonly ttftMs: number;
  readonly durationMs: number;
  readonly tools: number;
  readonly fails: 'never' | 'once' | 'for-good' | 'midway' | 'stalls';
}

/** What the TTS does with a segment, likewise. */
export interface RandomSpeech {
  readonly wordMs: number;
  readonly ttfbMs: number;
  readonly fails: 'never' | 'midway' | 'for-good';
}

/** What the application does, and when. */
export interface RandomAction {
  readonly atMs: number;
  readonly type:
    | 'say'
    | 'say-protected'
    | 'reply'
    | 'interrupt'
    | 'interrupt-all'
    | 'commit'
    | 'clear'
    | 'hand-off'
    | 'swap-output'
    | 'close';
}

/** A call as chance makes it. Plain data: it can be printed, shrunk and played again. */
export interface RandomCall {
  readonly voices: readonly RandomVoice[];
  readonly replies: readonly RandomReply[];
  readonly speeches: readonly RandomSpeech[];
  /** How long each tool takes; one of more than 2,000 throws in the end. */
  readonly toolsMs: readonly number[];
  readonly actions: readonly RandomAction[];
  readonly preemptive: boolean;
  readonly falseInterruptionTimeoutMs: number | null;
  readonly minInterruptionWords: number;
}
