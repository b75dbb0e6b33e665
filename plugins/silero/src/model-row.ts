import { contextSamples, type SileroSampleRate, stateLayers, stateSize, windowSamples } from './model-shape.js';

/** What the model is given for one stream, and keeps from window to window. Rows of different streams share a run, but nothing else. */
export interface ModelRow {
  readonly sampleRate: SileroSampleRate;
  /** Context, then window, from -1 to 1. */
  readonly input: Float32Array;
  /** Recurrent state, layer after layer; replaced by each run. */
  readonly state: Float32Array;
}

/** A stream at its beginning: silence before it, no state. */
export function createModelRow(sampleRate: SileroSampleRate): ModelRow {
  return {
    sampleRate,
    input: new Float32Array(contextSamples(sampleRate) + windowSamples(sampleRate)),
    state: new Float32Array(stateLayers * stateSize),
  };
}

/** Makes the end of the present window the context, and `samples` the window. */
export function loadWindow(row: ModelRow, samples: Int16Array): void {
  const { input } = row;
  input.copyWithin(0, input.length - contextSamples(row.sampleRate));
  let index = contextSamples(row.sampleRate);
  for (const sample of samples) {
    input[index] = sample / 32_768;
    index += 1;
  }
}

/** Back to the beginning of a stream. */
export function clearModelRow(row: ModelRow): void {
  row.input.fill(0);
  row.state.fill(0);
}
