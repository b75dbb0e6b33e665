import type { AudioFrame } from './audio-frame.js';
import type { Clock } from './clock.js';

export type AudioChunk =
  | { readonly type: 'audio'; readonly frame: AudioFrame }
  /** Dropped, muted or no track: reported while it lasts, at most 100 ms at a time. Core makes silence of it, so that an utterance can end. */
  | { readonly type: 'gap'; readonly atMs: number; readonly durationMs: number };

export interface AudioInput extends AsyncDisposable {
  /**
   * Called once. At the first of these rates that costs nothing, else at its own: frames tell, core resamples.
   * Ends when the caller has gone.
   */
  read(options: { readonly sampleRates: readonly number[]; readonly clock: Clock }): AsyncIterable<AudioChunk>;
}
