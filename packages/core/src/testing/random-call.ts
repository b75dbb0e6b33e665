/** What a random caller does, one after the other. Times in milliseconds, on a grid of 50. */
export interface RandomVoice {
  /** Silence before it. */
  readonly pauseMs: number;
  readonly lengthMs: number;
  /** `noise` has no transcript; `interim` never gets a final one. */
  readonly kind: 'speech' | 'noise' | 'interim';
  readonly transcriptDelayMs: number;
  /** For an STT that detects turns: whether it takes the turn for over, or waits for the next voice. */
  readonly endsTurn: boolean;
}

/** What a call of the STT comes to, in order of the calls; the last one goes on for ever. */
export interface RandomHearing {
  readonly fails: 'never' | 'breaks' | 'refuses' | 'expires' | 'ends' | 'stalls';
  readonly afterMs: number;
}

/** What a turn detector answers, likewise. */
export interface RandomPrediction {
  readonly isFinished: boolean;
  readonly delayMs: number;
  readonly fails: boolean;
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

/** A tool, and what it does in each of its calls. */
export interface RandomTool {
  readonly does:
    | 'return'
    | 'throw'
    | 'refuse'
    | 'stop'
    | 'fail-once'
    | 'ignore-abort'
    | 'hand-over'
    | 'switch'
    | 'update'
    | 'foreground'
    | 'fill'
    | 'await-task'
    | 'say'
    | 'await-say'
    | 'reply'
    | 'await-idle'
    | 'protect'
    | 'drain';
  readonly ms: number;
  readonly uninterruptible: boolean;
  readonly background: boolean;
  readonly onDuplicate: 'allow' | 'reject' | 'confirm' | 'replace';
  readonly timeoutMs: number | null;
}

/** What a hook does. */
export type RandomHook = 'nothing' | 'say' | 'await-say' | 'reply' | 'wait' | 'throw' | 'await-task';

/** Who has the word, in order of the hand-offs; those after the last one do nothing by themselves, so that there is an end. */
export interface RandomAgent {
  readonly onEnter: RandomHook;
  readonly onExit: RandomHook;
  readonly onUserTurnCompleted: RandomHook | 'stop' | 'empty' | 'change';
  readonly onUserTurnExceeded: RandomHook | 'commit';
  readonly allowInterruptions: boolean;
  /** It listens with an STT of its own; not where the input is swapped, which begins its times anew. */
  readonly hasOwnSTT: boolean;
}

/** A task, in the order in which they are awaited; likewise. */
export interface RandomTask {
  readonly ends: 'after' | 'fails-after' | 'by-tool' | 'at-once' | 'never';
  readonly ms: number;
  readonly onEnter: RandomHook;
}

/** What the application does, and when. */
export interface RandomAction {
  readonly atMs: number;
  readonly type:
    | 'say'
    | 'say-protected'
    | 'say-first'
    | 'say-stream'
    | 'say-stream-failing'
    | 'say-stream-stalling'
    | 'reply'
    | 'reply-protected'
    | 'interrupt'
    | 'interrupt-all'
    | 'interrupt-newest'
    | 'protect-newest'
    | 'cancel-tools'
    | 'commit'
    | 'clear'
    | 'write'
    | 'dial'
    | 'run'
    | 'await-task'
    | 'hand-off'
    | 'hand-back'
    | 'options'
    | 'swap-output'
    | 'swap-input'
    | 'drain'
    | 'close';
}

/** Who finds the end of a turn, and how. `stt` has no VAD. */
export type RandomTurnDetection = 'vad' | 'detector' | 'stt' | 'stt-turns' | 'stt-turns-beside-vad' | 'manual';

export interface RandomOptions {
  readonly turnDetection: RandomTurnDetection;
  /** False: it takes an utterance a call, cut by the VAD, where there is one. */
  readonly hasStreamingSTT: boolean;
  readonly endpointing: 'fixed' | 'dynamic';
  readonly maxEndpointingDelayMs: number;
  readonly preemptive: boolean | 'tts';
  readonly falseInterruptionTimeoutMs: number | null;
  readonly resumeFalseInterruption: boolean;
  readonly minInterruptionWords: number;
  readonly minConsecutiveSpeechDelayMs: number;
  readonly discardAudioIfUninterruptible: boolean;
  readonly aecWarmupMs: number | null;
  readonly userTurnWords: number | null;
  readonly transcriptionTimeoutMs: number | null;
  readonly userAwayTimeoutMs: number | null;
  readonly maxToolSteps: number;
}

/** A call as chance makes it. Plain data: it can be printed, shrunk and played again. */
export interface RandomCall {
  readonly voices: readonly RandomVoice[];
  readonly hearings: readonly RandomHearing[];
  readonly predictions: readonly RandomPrediction[];
  readonly replies: readonly RandomReply[];
  readonly speeches: readonly RandomSpeech[];
  readonly tools: readonly RandomTool[];
  readonly agents: readonly RandomAgent[];
  readonly tasks: readonly RandomTask[];
  readonly actions: readonly RandomAction[];
  readonly options: RandomOptions;
}
