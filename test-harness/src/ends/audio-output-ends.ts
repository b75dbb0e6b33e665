import type { AudioOutput } from '@parley/core/provider';

/** An audio output, with the listener at its other end played by the kit. Disposing of it closes both. */
export interface AudioOutputEnds extends AsyncDisposable {
  readonly port: AudioOutput;
  /** `clock`: audio takes its time on the clock given. `instant`: it counts as played when it is written, and rules about time are left out. */
  readonly pace: 'clock' | 'instant';
  /** All samples that the listener has heard so far, in order. Absent: nobody can tell, and rules that need it are left out. */
  heard?(): Int16Array;
  /** What carries the audio away breaks: a socket, a device. */
  fail?(): void;
}
