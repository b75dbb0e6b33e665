import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';
import { contractFault, ContractFaults } from '../stream/contract-faults.js';
import { FittedOutput } from './fitted-output.js';
import { isPlayoutEvent, playoutEventFault } from './playout-event-fault.js';

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
  /** What was written to those listened for, in milliseconds. */
  readonly #writtenMs = new Map<string, number>();
  readonly #onFailure: (error: unknown, recoverable: boolean) => void;
  /** Those whose events are being read: one that is put back is not read twice. */
  readonly #read = new Set<AudioOutput>();
  #fitted: FittedOutput;
  #isGone = false;
  #isClosed = false;
  #segments = 0;

  /**
   * @param options.onFailure The output broke a rule of its contract; or, not recoverable, its events failed or ended: nothing more will be
   * acknowledged, which each reply finds out by its own deadline.
   */
  constructor(
    output: AudioOutput,
    { clock, onFailure }: { readonly clock: Clock; readonly onFailure: (error: unknown, recoverable: boolean) => void },
  ) {
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
    this.#writtenMs.delete(segmentId);
  }

  /** The output will be closed: that its events end is not a fault any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** As `AudioOutput.write`; audio of another rate or number of channels is converted. */
  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    const lengthMs = (frame.samples.length * 1000) / (frame.sampleRate * frame.channels);
    this.#writtenMs.set(segmentId, (this.#writtenMs.get(segmentId) ?? 0) + lengthMs);
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
    this.#writtenMs.clear();
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
    const faults = new ContractFaults('audio output', (error) => this.#onFailure(error, true));
    try {
      for await (const event of output.events) this.#take(event, faults);
      if (this.#isInUse(output)) this.#onFailure(contractFault('audio output', 'ended its events before it was closed'), false);
    } catch (error) {
      if (this.#isInUse(output)) this.#onFailure(error, false);
    } finally {
      this.#read.delete(output);
    }
  }

  #take(event: PlayoutEvent, faults: ContractFaults): void {
    const segmentId = isPlayoutEvent(event) ? event.segmentId : undefined;
    const fault = playoutEventFault(event, segmentId === undefined ? undefined : this.#writtenMs.get(segmentId));
    if (fault !== undefined) faults.tell(fault);
    if (segmentId === undefined) return;
    const listener = this.#listeners.get(segmentId);
    if (event.type === 'finished') this.forget(segmentId);
    listener?.onEvent(event);
  }

  #isInUse(output: AudioOutput): boolean {
    return output === this.output && !this.#isGone && !this.#isClosed;
  }
}

function silence(output: AudioOutput): void {
  try {
    output.clear();
  } catch {
    // Often it is replaced because it is broken: that it cannot be silenced is nobody's loss.
  }
}
