import type { AudioFrame } from './audio-frame.js';
import type { CallOptions } from './call-options.js';
import type { Provider } from './provider.js';

export interface VADCapabilities {
  readonly sampleRates: readonly number[];
  readonly windowMs: number;
}

/** After a `reset` all is as in a new stream: the line of times, the model's state, and speech under way, whose end is not told. */
export type VADInput = { readonly type: 'audio'; readonly frame: AudioFrame } | { readonly type: 'reset' };

export interface VADRequest extends CallOptions {
  readonly audio: AsyncIterable<VADInput>;
  readonly sampleRate: number;
  readonly threshold?: number;
  readonly minSpeechMs?: number;
  readonly minSilenceMs?: number;
}

export type VADEvent =
  /**
   * One per window, before the start or end it causes. `atMs` is its start, on the line of the frames; durations are those of the present
   * stretch, up to its end.
   */
  | { readonly type: 'window'; readonly atMs: number; readonly probability: number; readonly speechMs: number; readonly silenceMs: number }
  /** `atMs` is when speech began, not when it was noticed. */
  | { readonly type: 'speech-start'; readonly atMs: number }
  /** `atMs` is when speech ended, not when it was noticed. Also when the audio ends in the midst of speech, but not after a `reset`. */
  | { readonly type: 'speech-end'; readonly atMs: number };

export interface VAD extends Provider<'vad', VADCapabilities> {
  /** @throws {APIError} kind `unsupported` at once, for a sample rate that is not declared. */
  detect(request: VADRequest): AsyncIterable<VADEvent>;
}
