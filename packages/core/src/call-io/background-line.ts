import type { Clock } from '../provider/clock.js';

/** What an output that plays background sounds tells of itself. */
export interface BackgroundLineOptions {
  /** Hertz, mono. */
  readonly sampleRate: number;
  /** Of the call. */
  readonly clock: Clock;
  /** There is something to play, where there was nothing. */
  readonly onSound: () => void;
}

/** Background sounds on their way to the one output that plays them. It belongs to the output, which disposes it. */
export interface BackgroundLine extends Disposable {
  /** Whether anything plays, or is to; while false there is nothing to add. */
  readonly isSounding: boolean;
  /** Adds the next so many samples of all sounds to what is there, at the line's rate; what is too loud is cut at full scale. */
  addTo(samples: Int16Array): void;
}
