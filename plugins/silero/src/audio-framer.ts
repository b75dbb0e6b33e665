import { APIError, type AudioFrame } from '@parley/core/provider';
import { type SileroSampleRate, windowSamples } from './model-shape.js';

/** A stretch of 32 ms for the model. */
export interface AudioWindow {
  /** Start of the window, on the line of the frames. */
  readonly atMs: number;
  readonly samples: Int16Array;
}

export interface FramerOptions {
  readonly sampleRate: SileroSampleRate;
  /** Silence that a gap is filled with, at most. */
  readonly maxFillMs: number;
}

/** The beginning of a window still incomplete. */
export interface FramerState {
  readonly startMs: number;
  readonly samples: Int16Array;
}

export interface Framed {
  readonly state: FramerState;
  readonly windows: readonly AudioWindow[];
}

/** Frames whose times were rounded to whole milliseconds are still without a gap. */
const toleranceMs = 2;
/** Frames that overlap by more than this are out of order. */
const maxOverlapMs = 1000;

/**
 * Cuts frames into windows. The first frame says where the line begins; from there on samples are counted.
 *
 * A gap is filled with silence, so that windows, and with them the end of an utterance, come as if silence had been heard; of a gap beyond
 * `maxFillMs` the rest is passed over, and the line goes on at the frame. Overlapping frames are taken one after the other, and the
 * line moves back to what the later one says.
 *
 * @param state Absent at the beginning, and after a reset.
 * @throws {APIError} kind `invalid-request`: the frame is not of the stream's rate, not mono, or more than a second out of order.
 */
export function takeFrame(state: FramerState | undefined, frame: AudioFrame, options: FramerOptions): Framed {
  checkFormat(frame, options.sampleRate);
  const { atMs, samples } = frame;
  const fresh: FramerState = { startMs: atMs, samples: new Int16Array(0) };
  if (state === undefined) return cut(fresh, samples, options.sampleRate);

  const nextMs = state.startMs + (state.samples.length * 1000) / options.sampleRate;
  const gapMs = atMs - nextMs;
  if (Math.abs(gapMs) < toleranceMs) return cut(state, samples, options.sampleRate);
  if (gapMs < -maxOverlapMs)
    throw refusal(`a frame at ${atMs} ms came after audio up to ${nextMs} ms: give frames in order, and a reset before a new line`);
  if (gapMs < 0) return cut({ startMs: state.startMs + gapMs, samples: state.samples }, samples, options.sampleRate);

  const silence = new Int16Array(Math.round((Math.min(gapMs, options.maxFillMs) * options.sampleRate) / 1000));
  const filled = cut(state, silence, options.sampleRate);
  const after = cut(gapMs > options.maxFillMs ? fresh : filled.state, samples, options.sampleRate);
  return { state: after.state, windows: [...filled.windows, ...after.windows] };
}

function cut(state: FramerState, samples: Int16Array, sampleRate: SileroSampleRate): Framed {
  const size = windowSamples(sampleRate);
  const joined = new Int16Array(state.samples.length + samples.length);
  joined.set(state.samples);
  joined.set(samples, state.samples.length);
  const windows: AudioWindow[] = [];
  let from = 0;
  for (; from + size <= joined.length; from += size) {
    windows.push({ atMs: state.startMs + (from * 1000) / sampleRate, samples: joined.subarray(from, from + size) });
  }
  return { state: { startMs: state.startMs + (from * 1000) / sampleRate, samples: joined.subarray(from) }, windows };
}

function checkFormat(frame: AudioFrame, sampleRate: SileroSampleRate): void {
  if (frame.sampleRate === sampleRate && frame.channels === 1 && Number.isFinite(frame.atMs)) return;
  throw refusal(
    `a frame of ${frame.sampleRate} Hz with ${frame.channels} channel(s) at ${frame.atMs} ms was given to a stream of ${sampleRate} Hz, mono: convert it first`,
  );
}

const refusal = (message: string) => new APIError(message, { kind: 'invalid-request', provider: 'silero', retryable: false });
