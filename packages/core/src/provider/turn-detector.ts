import type { AudioFrame } from './audio-frame.js';
import type { CallOptions } from './call-options.js';
import type { ChatItem } from './chat-item.js';
import type { Provider } from './provider.js';

export interface TurnDetectorCapabilities {
  /** Hertz, preferred first; empty: it wants no audio, and `push` is not called. */
  readonly sampleRates: readonly number[];
  /** BCP 47 primary tags; `*` for any. */
  readonly languages: readonly string[];
  /** Silence it wants before it is asked. */
  readonly minSilenceMs: number;
}

export interface TurnDetection extends AsyncDisposable {
  push?(frame: AudioFrame): void;
  /** Probability, 0 to 1, that the user has finished; `threshold` below which core waits longer. */
  predict(request: {
    readonly chat: readonly ChatItem[];
    readonly transcript: string;
    readonly language?: string;
    readonly signal: AbortSignal;
  }): Promise<{ readonly probability: number; readonly threshold: number }>;
  reset(): void;
}

export interface TurnDetector extends Provider<'turn-detector', TurnDetectorCapabilities> {
  open(options: CallOptions): TurnDetection;
}
