import type { ModelRow } from './model-row.js';
import { contextSamples, stateLayers, stateSize, windowSamples } from './model-shape.js';

/**
 * Rows in one run, at most. Sixteen take the model about 1 ms, and leave room for a machine half as fast before a window that has just
 * missed a run waits for more than 2 ms; larger batches cost no less per row.
 */
export const maxRows = 16;

/** The memory that main thread and worker share, laid out as the model's tensors are. */
export interface SharedBatch {
  /** [rows, context + window]. */
  readonly input: Float32Array;
  /** [2, rows, 128], before the run and after it. */
  readonly state: Float32Array;
  /** [rows, 1]: probability of speech. */
  readonly output: Float32Array;
}

/** One run's rows in shared memory: a message between the threads then carries no audio. Owned by one side at a time. */
export class BatchMemory {
  readonly shared: SharedBatch = {
    input: sharedFloats(maxRows * (contextSamples(16_000) + windowSamples(16_000))),
    state: sharedFloats(maxRows * stateLayers * stateSize),
    output: sharedFloats(maxRows),
  };

  /** Writes what the run needs. @param rows All of one sample rate, at most `maxRows`. */
  pack(rows: readonly ModelRow[]): void {
    const { input, state } = this.shared;
    for (const [index, row] of rows.entries()) {
      input.set(row.input, index * row.input.length);
      for (let layer = 0; layer < stateLayers; layer += 1) {
        const from = layer * stateSize;
        state.set(row.state.subarray(from, from + stateSize), (layer * rows.length + index) * stateSize);
      }
    }
  }

  /** Takes the new state into each row, and gives the rows' probabilities. @param rows Those that were packed. */
  unpack(rows: readonly ModelRow[]): readonly number[] {
    const { state, output } = this.shared;
    for (const [index, row] of rows.entries()) {
      for (let layer = 0; layer < stateLayers; layer += 1) {
        const from = (layer * rows.length + index) * stateSize;
        row.state.set(state.subarray(from, from + stateSize), layer * stateSize);
      }
    }
    return Array.from(output.subarray(0, rows.length));
  }
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
