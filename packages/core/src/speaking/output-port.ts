import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';

type Listener = (event: PlayoutEvent) => void;

/** Reads the acknowledgements of one output for all the segments that are written to it, one after another. */
export class OutputPort {
  readonly output: AudioOutput;
  readonly #listeners = new Map<string, Listener>();
  readonly #onFailure: (error: unknown) => void;
  #segments = 0;

  /** @param onFailure The output's events failed: nothing more will be acknowledged, which each reply finds out by its own deadline. */
  constructor(output: AudioOutput, onFailure: (error: unknown) => void) {
    this.output = output;
    this.#onFailure = onFailure;
    void this.#read();
  }

  /** A new segment of the output. The listener hears of it until it has finished. */
  open(listener: Listener): string {
    this.#segments += 1;
    const segmentId = `segment-${this.#segments}`;
    this.#listeners.set(segmentId, listener);
    return segmentId;
  }

  /** Nothing of this segment is waited for any more. */
  forget(segmentId: string): void {
    this.#listeners.delete(segmentId);
  }

  async #read(): Promise<void> {
    try {
      for await (const event of this.output.events) {
        const listener = this.#listeners.get(event.segmentId);
        if (event.type === 'finished') this.#listeners.delete(event.segmentId);
        listener?.(event);
      }
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
