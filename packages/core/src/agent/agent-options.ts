import type { LLM } from '../provider/llm.js';
import type { STT } from '../provider/stt.js';
import type { Toolset } from '../provider/toolset.js';
import type { TTS } from '../provider/tts.js';
import type { TurnDetector } from '../provider/turn-detector.js';
import type { VAD } from '../provider/vad.js';
import type { ConnectOptions } from '../stream/connect-options.js';
import type { TextTransform } from '../speaking/text-transform.js';
import type { EndpointingMode, InterruptionPolicy, TurnDetectionMode, UserTurnLimit } from '../turn/turn-options.js';
import type { VideoSampler } from './video-sampler.js';

/** Replies begun before the user's turn is over. */
export interface PreemptiveOptions {
  /** Also synthesise before the turn is over. Default false. */
  readonly tts?: boolean | undefined;
  /** None for speech longer than this, in milliseconds. Default 10,000. */
  readonly maxSpeechMs?: number | undefined;
  /** At most so many in one turn. Default 3. */
  readonly maxTries?: number | undefined;
}

/**
 * Options that a session has and an agent may override: `undefined` inherits, `null` turns off: no model, no wait (0), no limit, not done
 * (false), nothing beside the default. What nothing could end if it were off cannot be null. Times in milliseconds.
 *
 * A model is an instance, which the application closes, or a string: `openai/gpt-4.1-mini`, `deepgram/nova-3:en` (a language),
 * `elevenlabs/flash-v2.5:VOICE` (a voice), `silero` (the default model). The session makes what is named by a string when it starts, and
 * closes it with itself: see `registerProvider`.
 */
export interface OverridableOptions {
  readonly stt?: STT | string | null | undefined;
  readonly vad?: VAD | string | null | undefined;
  readonly llm?: LLM | string | null | undefined;
  readonly tts?: TTS | string | null | undefined;
  /**
   * Servers of tools, such as MCP servers: connected when the session starts or the agent takes over, their tools offered beside the others.
   * An agent's stand in place of the session's; null: none.
   */
  readonly mcpServers?: readonly Toolset[] | null | undefined;
  /**
   * Who decides that the user has finished; null: nobody in particular, as by default. A turn detector is asked in each pause, which the VAD finds or, without one, the STT. Default:
   * `vad` if there is one, else `stt` if there is one, else `manual`.
   */
  readonly turnDetection?: TurnDetectionMode | TurnDetector | null | undefined;
  /** Default true. */
  readonly allowInterruptions?: boolean | null | undefined;
  /** While a protected speech plays the STT hears silence. Default true. */
  readonly discardAudioIfUninterruptible?: boolean | null | undefined;
  /** Default 500. */
  readonly minInterruptionDurationMs?: number | null | undefined;
  /** Default 0. */
  readonly minInterruptionWords?: number | null | undefined;
  /** Default: by duration and words. */
  readonly interruptionPolicy?: InterruptionPolicy | null | undefined;
  /** Silence between two speeches of the agent, at least. Default 0. */
  readonly minConsecutiveSpeechDelayMs?: number | null | undefined;
  /**
   * For a loudspeaker without echo cancellation: so long from the agent's first sound on, only a turn that is over interrupts, and neither
   * voice nor transcript before it, which may be the agent's own echo. Default null: none, as for telephony. 3,000 is a good value.
   */
  readonly aecWarmupMs?: number | null | undefined;
  /** From the end of the voice to the end of the turn. Default 500. */
  readonly minEndpointingDelayMs?: number | null | undefined;
  /**
   * The same while a turn detector expects more to come, and where nobody tells that the user has finished: the forced end of a turn that
   * has text. Default 6,000. A minimum above it counts as the maximum.
   */
  readonly maxEndpointingDelayMs?: number | undefined;
  /** `dynamic` learns the minimum from this caller's pauses, between `minEndpointingDelayMs` and the maximum. Default `fixed`. */
  readonly endpointing?: EndpointingMode | null | undefined;
  /** Default 3, then one last reply without tools. */
  readonly maxToolSteps?: number | undefined;
  /** Quiet for so long after a suspected interruption and it was none; null: never. Default 2,000. */
  readonly falseInterruptionTimeoutMs?: number | null | undefined;
  /** Default true. */
  readonly resumeFalseInterruption?: boolean | null | undefined;
  /**
   * What was heard is told by the word timings of the TTS, where it gives them; false or null: always by syllables. Decides what a
   * transcript shows, and where the history of an interrupted reply ends. Default true.
   */
  readonly useTtsAlignedTranscript?: boolean | null | undefined;
  /** Default: Markdown and emoji are not spoken. null: the text is spoken as it is. */
  readonly ttsTextTransforms?: readonly TextTransform[] | null | undefined;
  /** Default false. */
  readonly preemptiveGeneration?: boolean | PreemptiveOptions | null | undefined;
  /** An interim transcript that never becomes final is taken so long after the end of the voice. Default 2,000. */
  readonly interimCommitTimeoutMs?: number | undefined;
  /** Speech of which the STT makes no text is told by `transcription-timeout` so long after its end; null: never. Default null. */
  readonly transcriptionTimeoutMs?: number | null | undefined;
  /** Wait for a final transcript still due, at close and when another agent listens with another STT. Default 2,000. */
  readonly closeTranscriptTimeoutMs?: number | null | undefined;
  /** A turn longer than this calls `onUserTurnExceeded`, once; null: none is too long. Default null. */
  readonly userTurnLimit?: UserTurnLimit | null | undefined;
  /** How often the video input is looked at. Default: a frame a second while the user speaks, one in 3 s otherwise; null: never. */
  readonly videoSampler?: VideoSampler | null | undefined;
  /** Quiet on both sides for so long makes the user `away`; null: never. Default 15,000. */
  readonly userAwayTimeoutMs?: number | null | undefined;
  /** How calls to each kind of provider are tried again; what is absent is inherited, field by field. */
  readonly connectOptions?:
    | {
        readonly stt?: Partial<ConnectOptions> | undefined;
        readonly llm?: Partial<ConnectOptions> | undefined;
        readonly tts?: Partial<ConnectOptions> | undefined;
      }
    | undefined;
  /** All attempts at a reply together, until its first output. Default 8,000. */
  readonly replyDeadlineMs?: number | undefined;
  /** So many failures of one source in a row that nothing could mend are borne; with the next the session closes. Default 3. */
  readonly maxUnrecoverableErrors?: number | undefined;
  /** Longest time that a hook is waited for. Default 10,000. */
  readonly hookTimeoutMs?: number | undefined;
  /** The TTS is given no further sentence while so much audio waits to be played. Default 5,000. */
  readonly maxAheadMs?: number | undefined;
}
