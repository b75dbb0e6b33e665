import type { AudioFrame } from '@parley/core/provider';
import type { FakeTTSOptions } from '../fakes/fake-tts.js';

/** `instant` says that audio was played as soon as it is written, and costs next to nothing; `paced` takes the time that playing takes. */
export type OutputKind = 'instant' | 'paced';

/** What a call is made with, whoever's session it is. */
export interface BenchCallOptions {
  readonly output: OutputKind;
  /** The first frame of a reply reached the output. */
  readonly onReply?: () => void;
  /** The output was told to drop what it has not played. */
  readonly onClear?: () => void;
  /** What the LLM answers; one sentence by default. */
  readonly reply?: string;
  /** 6 frames of 20 ms a sentence by default. */
  readonly voice?: FakeTTSOptions;
  /** So much speech interrupts the agent; the frame that completes it decides, and nothing is waited for. Default 500, as both have it. */
  readonly minInterruptionMs?: number;
}

export interface BenchCall {
  /** The caller is heard. */
  push(frame: AudioFrame): void;
  close(): Promise<void>;
  /** Frames that the VAD was given so far; absent where all have been by the next turn of the event loop. */
  readonly framesHeard?: () => number;
}

export type StartCall = (options: BenchCallOptions) => Promise<BenchCall>;

export const defaultReply = 'We are open from nine to five.';
export const defaultVoice: FakeTTSOptions = { framesPerSegment: 6 };
export const defaultMinInterruptionMs = 500;
