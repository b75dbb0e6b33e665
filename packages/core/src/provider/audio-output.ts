import type { AudioFrame } from './audio-frame.js';

/** `finished` comes exactly once per segment written to or ended. */
export type PlayoutEvent =
  | { readonly type: 'started'; readonly segmentId: string }
  /** How much of the segment has been played; at least every 100 ms while playing. */
  | { readonly type: 'progress'; readonly segmentId: string; readonly playedMs: number }
  | { readonly type: 'finished'; readonly segmentId: string; readonly playedMs: number; readonly complete: boolean };

/** Pausing is core's: it clears, keeps what was not played, and writes that again as a new segment. */
export interface AudioOutput extends AsyncDisposable {
  readonly sampleRate: number;
  readonly channels: number;
  /** Typical time from "played" to the listener's ear; subtracted when history is cut. */
  readonly latencyMs: number;
  /** Settles when there is room for more: this is the back-pressure; `undefined` if there is room now. Ignored for a segment that was cleared. */
  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined;
  /** No more audio for this segment. */
  end(segmentId: string): void;
  /** Drops all that has not been played and settles waiting writes; `finished` follows for each open segment, before any later `started`. */
  clear(): void;
  /** One reader. */
  readonly events: AsyncIterable<PlayoutEvent>;
}
