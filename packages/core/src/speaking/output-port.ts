import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';
import { FittedOutput } from './fitted-output.js';

/** Hears of one segment until it has finished. */
export interface SegmentListener {
  readonly onEvent: (event: PlayoutEvent) => void;
  /** The output it was written to is there no more; the last thing that is told. */
  readonly onReplaced: () => void;
}

/**
 * What replies are played by: one output after another, each until it is replaced. Reads its acknowledgements for all the segments that are
 * written to it, one after another; what an output says after it was replaced is nobody's business.
 */
export class OutputPort {
  readonly #listeners = new Map<string, SegmentListener>();
  readonly #goneListeners = new Set<() => void>();
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  /** Those whose events are being read: one that is put back is not read twice. */
  readonly #read = new Set<AudioOutput>();
  #fitted: FittedOutput;
  #isGone = false;
  #segments = 0;

  /** @param options.onFailure The output's events failed: nothing more will be acknowledged, which each reply finds out by its own deadline. */
  constructor(output: AudioOutput, { clock, onFailure }: { readonly clock: Clock; readonly onFailure: (error: unknown) => void }) {
    this.#clock = clock;
    this.#onFailure = onFailure;
    this.#fitted = new FittedOutput(output, clock);
    void this.#readEvents(output);
  }

  /** The present one, or the last there was. */
  get output(): AudioOutput {
    return this.#fitted.output;
  }

  /** There is no output at present: nothing can be written. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Hears when there is no output any more, with a segment or without. Returns how to hear no more of it. */
  onGone(listener: () => void): () => void {
    this.#goneListeners.add(listener);
    return () => void this.#goneListeners.delete(listener);
  }

  /** A new segment of the output. The listener hears of it until it has finished. */
  open(listener: SegmentListener): string {
    this.#segments += 1;
    const segmentId = `segment-${this.#segments}`;
    this.#listeners.set(segmentId, listener);
    return segmentId;
  }

  /** Nothing of this segment is waited for any more. */
  forget(segmentId: string): void {
    this.#listeners.delete(segmentId);
  }

  /** As `AudioOutput.write`; audio of another rate or number of channels is converted. */
  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    return this.#fitted.write(segmentId, frame);
  }

  end(segmentId: string): void {
    this.#fitted.end(segmentId);
  }

  clear(): void {
    this.#fitted.clear();
  }

  /** Another output takes over from here, or none until there is one again. The one before is cleared if it was busy, and not closed. */
  replace(output: AudioOutput | undefined): void {
    const before = this.#fitted;
    if (this.#isGone ? output === undefined : output === before.output) return;
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    before[Symbol.dispose]();
    if (listeners.length > 0) silence(before.output);
    this.#isGone = output === undefined;
    if (output !== undefined) {
      this.#fitted = new FittedOutput(output, this.#clock);
      void this.#readEvents(output);
    }
    for (const listener of listeners) listener.onReplaced();
    if (this.#isGone) for (const listener of this.#goneListeners) listener();
  }

  async #readEvents(output: AudioOutput): Promise<void> {
    if (this.#read.has(output)) return;
    this.#read.add(output);
    try {
      for await (const event of output.events) {
        const listener = this.#listeners.get(event.segmentId);
        if (event.type === 'finished') this.#listeners.delete(event.segmentId);
        listener?.onEvent(event);
      }
    } catch (error) {
      if (output === this.output && !this.#isGone) this.#onFailure(error);
    } finally {
      this.#read.delete(output);
    }
  }
}

function silence(output: AudioOutput): void {
  try {
    output.clear();
  } catch {
    // Often it is replaced because it is broken: that it cannot be silenced is nobody's loss.
  }
}
