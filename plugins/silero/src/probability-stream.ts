import { clearModelRow, createModelRow, loadWindow, type ModelRow } from './model-row.js';
import type { SileroSampleRate } from './model-shape.js';

/** Windows of digital silence that the model still sees, so that it hears an utterance end: a muted caller costs nothing after them. */
const silentWindows = 8;

/** One stream's probabilities, window by window. */
export class ProbabilityStream {
  readonly #row: ModelRow;
  readonly #infer: (row: ModelRow) => Promise<number>;
  #silent = 0;

  constructor(sampleRate: SileroSampleRate, infer: (row: ModelRow) => Promise<number>) {
    this.#row = createModelRow(sampleRate);
    this.#infer = infer;
  }

  /** Probability that the window, which follows the last one given, is speech. Rejects as the model does. */
  async next(samples: Int16Array): Promise<number> {
    this.#silent = isDigitalSilence(samples) ? this.#silent + 1 : 0;
    if (this.#silent > silentWindows) {
      // What comes after a long silence is heard best from the beginning: with the old state its onset was found later.
      if (this.#silent === silentWindows + 1) clearModelRow(this.#row);
      return 0;
    }
    loadWindow(this.#row, samples);
    return this.#infer(this.#row);
  }

  /** The next window is the first of a new stream. */
  reset(): void {
    this.#silent = 0;
    clearModelRow(this.#row);
  }
}

/** A plain loop: it runs for every window, and ends at the first sample of any live noise. */
function isDigitalSilence(samples: Int16Array): boolean {
  for (const sample of samples) if (sample !== 0) return false;
  return true;
}
