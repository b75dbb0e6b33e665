import type { ChatContext } from '../chat/chat-context.js';
import type { LLM } from '../provider/llm.js';
import type { STT } from '../provider/stt.js';
import type { TTS } from '../provider/tts.js';
import type { VAD } from '../provider/vad.js';
import type { TextTransform } from '../speaking/text-transform.js';
import type { ToolsInput } from '../tools/tool-list.js';
import type { InterruptionPolicy, TurnDetectionMode } from '../turn/turn-options.js';
import type { RunContext } from './session.js';

/** Replies begun before the user's turn is over. */
export interface PreemptiveOptions {
  /** Also synthesise before the turn is over. Default false. */
  readonly tts?: boolean | undefined;
  /** None for speech longer than this, in milliseconds. Default 10,000. */
  readonly maxSpeechMs?: number | undefined;
  /** At most so many in one turn. Default 3. */
  readonly maxTries?: number | undefined;
}

/** Options that a session has and an agent may override: `undefined` inherits, `null` turns off. Times in milliseconds. */
export interface OverridableOptions {
  readonly stt?: STT | null | undefined;
  readonly vad?: VAD | null | undefined;
  readonly llm?: LLM | null | undefined;
  readonly tts?: TTS | null | undefined;
  /** Default: `vad` if there is one, else `stt`. */
  readonly turnDetection?: TurnDetectionMode | undefined;
  /** Default true. */
  readonly allowInterruptions?: boolean | undefined;
  /** While a protected speech plays the STT hears silence. Default true. */
  readonly discardAudioIfUninterruptible?: boolean | undefined;
  /** Default 500. */
  readonly minInterruptionDurationMs?: number | undefined;
  /** Default 0. */
  readonly minInterruptionWords?: number | undefined;
  /** Default: by duration and words. */
  readonly interruptionPolicy?: InterruptionPolicy | undefined;
  /** Silence between two speeches of the agent, at least. Default 0. */
  readonly minConsecutiveSpeechDelayMs?: number | undefined;
  /**
   * For a loudspeaker without echo cancellation: so long from the agent's first sound on, only a turn that is over interrupts, and neither
   * voice nor transcript before it, which may be the agent's own echo. Default null: none, as for telephony. 3,000 is a good value.
   */
  readonly aecWarmupMs?: number | null | undefined;
  /** From the end of the voice to the end of the turn. Default 500. */
  readonly minEndpointingDelayMs?: number | undefined;
  /** Default 3, then one last reply without tools. */
  readonly maxToolSteps?: number | undefined;
  /** Quiet for so long after a suspected interruption and it was none; null: never. Default 2,000. */
  readonly falseInterruptionTimeoutMs?: number | null | undefined;
  /** Default true. */
  readonly resumeFalseInterruption?: boolean | undefined;
  /** Default: Markdown and emoji are not spoken. null: the text is spoken as it is. */
  readonly ttsTextTransforms?: readonly TextTransform[] | null | undefined;
  /** Default false. */
  readonly preemptiveGeneration?: boolean | PreemptiveOptions | undefined;
  /** An interim transcript that never becomes final is taken so long after the end of the voice. Default 2,000. */
  readonly interimCommitTimeoutMs?: number | undefined;
  /** Quiet on both sides for so long makes the user `away`; null: never. Default 15,000. */
  readonly userAwayTimeoutMs?: number | null | undefined;
}

export interface AgentOptions extends OverridableOptions {
  readonly instructions: string;
  /** How it is called in events and histories. Default: the class's name. */
  readonly label?: string | undefined;
  /** What it knows of the conversation at its start. */
  readonly chatContext?: ChatContext | undefined;
  readonly tools?: ToolsInput<RunContext> | undefined;
}
