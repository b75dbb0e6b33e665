import type { AudioFrame, AudioInput } from '@parley/core/provider';

/** An audio input, with the caller at its other end played by the kit. Disposing of it closes both. */
export interface AudioInputEnds extends AsyncDisposable {
  readonly port: AudioInput;
  readonly caller: PlayedCaller;
}

/** What the kit can have the caller do. What is absent the caller cannot do, and rules that need it are left out. */
export interface PlayedCaller {
  /** Hertz and channels in which the caller's audio comes. */
  readonly sampleRate: number;
  readonly channels: number;
  /** This was heard of the caller; `atMs` counts from 0, without gaps. Absent: the caller speaks by itself while time passes, as a file does. */
  speak?(frame: AudioFrame): void;
  /** From now on nothing is heard, until `unmute`. */
  mute?(): void;
  unmute?(): void;
  /** The caller has gone. Absent: the audio ends by itself, within a minute. */
  hangUp?(): void;
  /** What brings the audio breaks: a socket, a device. */
  fail?(): void;
}
