import type { AudioFrame } from './audio-frame.js';
import type { CallOptions } from './call-options.js';
import type { Provider } from './provider.js';

export interface VADCapabilities {
  readonly sampleRates: readonly number[];
  readonly windowMs: number;
}

export type VADInput = { readonly type: 'audio'; readonly frame: AudioFrame } | { readonly type: 'reset' };

export interface VADRequest extends CallOptions {
  readonly audio: AsyncIterable<VADInput>;
  readonly sampleRate: number;
  readonly threshold?: number;
  readonly minSpeechMs?: number;
  readonly minSilenceMs?: number;
}

export type VADEvent =
  /** One per window, before the start or end it causes. Durations are those of the present stretch. */
  | { readonly type: 'window'; readonly atMs: number; readonly probability: number; readonly speechMs: number; readonly silenceMs: number }
  /** `atMs` is when speech began, not when it was noticed. */
  | { readonly type: 'speech-start'; readonly atMs: number }
  | { readonly type: 'speech-end'; readonly atMs: number };

export interface VAD extends Provider<'vad', VADCapabilities> {
  detect(request: VADRequest): AsyncIterable<VADEvent>;
}
