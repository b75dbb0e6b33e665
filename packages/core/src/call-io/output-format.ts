import type { AudioFrame } from '../provider/audio-frame.js';

/** What an output plays. */
export interface OutputFormat {
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** @throws {RangeError} Rate or channels are out of range. */
export function checkOutputFormat(format: OutputFormat): void {
  const { sampleRate, channels } = format;
  if (!Number.isInteger(sampleRate) || sampleRate < 1_000)
    throw new RangeError(`an output's sample rate is a whole number from 1000 on, not ${sampleRate}`);
  if (!Number.isInteger(channels) || channels < 1)
    throw new RangeError(`an output has a whole number of channels from 1 on, not ${channels}`);
}

/** @throws {RangeError} The frame is of another format than the output: played at the wrong speed, it would be noise. */
export function checkFrameFormat(frame: AudioFrame, format: OutputFormat): void {
  if (frame.sampleRate === format.sampleRate && frame.channels === format.channels) return;
  const of = ({ sampleRate, channels }: OutputFormat) => `${sampleRate} Hz and ${channels} channel(s)`;
  throw new RangeError(`a frame of ${of(frame)} was written to an output of ${of(format)}: convert it first`);
}
