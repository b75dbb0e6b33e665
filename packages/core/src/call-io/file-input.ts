import type { AudioChunk, AudioInput } from '../provider/audio-input.js';
import type { Clock } from '../provider/clock.js';
import type { WavReader } from '../audio/wav-reader.js';
import { AudioQueue } from '../audio/audio-queue.js';
import type { CallRecorder } from './call-recorder.js';
import { holdClock } from '../time/hold-clock.js';
import { type TickListener, tickerOf } from './ticker.js';
import { createWavFrameSource, type WavFrameSource } from './wav-frame-source.js';

export interface FileInputOptions {
  readonly clock: Clock;
  /** Belongs to the input from now on, which closes it. */
  readonly reader: WavReader;
  /** Silence after the file's end, before the input ends; 0 by default. */
  readonly trailingSilenceMs?: number;
  /** Keeps what the caller says, as it is given to the reader. */
  readonly recorder?: CallRecorder | undefined;
}

const frameMs = 20;
/** Frames read ahead, below which more are read: half a second, so that at most one is in memory. */
const fewestAhead = 25;
/** What a slow reader may leave lying before it is told of gaps: ten seconds. */
const queueCapacity = 500;
/** In milliseconds, against rounding: times are sums of fractions. */
const tolerance = 0.001;

/**
 * A caller who speaks from a file. Its audio comes in the clock's time, as from a microphone: mono frames of 20 ms, each when its last
 * sample has sounded. If the file's rate is none of those asked for, it is brought to the first of them.
 */
export function createFileInput(options: FileInputOptions): AudioInput {
  return new FileInput(options);
}

class FileInput implements AudioInput, TickListener {
  readonly #options: FileInputOptions;
  readonly #queue: AudioQueue;
  #source: WavFrameSource | undefined;
  #startMs = 0;
  #isReadingAhead = false;
  #state: 'unread' | 'open' | 'closed' = 'unread';
  #opening: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: FileInputOptions) {
    this.#options = options;
    this.#queue = new AudioQueue({ capacity: queueCapacity, onReturn: () => void this[Symbol.asyncDispose]() });
  }

  read(request: { readonly sampleRates: readonly number[] }): AsyncIterable<AudioChunk> {
    if (this.#state !== 'unread') throw new Error(`${this.#options.reader.path}: its audio is read once`);
    this.#state = 'open';
    this.#opening = this.#open(request.sampleRates);
    return this.#queue;
  }

  tick(nowMs: number): void {
    const source = this.#source;
    if (source === undefined) return;
    for (let frame = source.first; frame !== undefined; frame = source.first) {
      const endMs = this.#startMs + frame.atMs + (frame.samples.length * 1_000) / frame.sampleRate;
      if (endMs > nowMs + tolerance) break;
      source.shift();
      this.#options.recorder?.addCaller(frame);
      this.#queue.push(frame);
    }
    if (source.isAtEnd && source.length === 0) void this[Symbol.asyncDispose]();
    else if (!source.isAtEnd && source.length < fewestAhead && !this.#isReadingAhead) void this.#readAhead(source);
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'closed') {
      this.#state = 'closed';
      tickerOf(this.#options.clock).remove(this);
      this.#queue.end();
      this.#options.recorder?.endCaller();
      this.#closing = holdClock(this.#options.clock, () => this.#close());
    }
    return this.#closing ?? Promise.resolve();
  }

  /** Never rejects: what fails reaches the reader of the queue. */
  async #open(sampleRates: readonly number[]): Promise<void> {
    const { clock, reader, trailingSilenceMs = 0, recorder } = this.#options;
    const own = reader.format.sampleRate;
    const sampleRate = sampleRates.includes(own) ? own : (sampleRates[0] ?? own);
    try {
      await holdClock(clock, async () => {
        await recorder?.openCaller(sampleRate);
        this.#source = await createWavFrameSource({ reader, sampleRate, frameMs, trailingSilenceMs });
        await this.#source.readAhead();
      });
      if (this.#isClosed) return;
      this.#startMs = clock.now();
      recorder?.startCaller(this.#startMs);
      tickerOf(clock).add(this);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Never rejects: what fails reaches the reader of the queue. */
  async #readAhead(source: WavFrameSource): Promise<void> {
    this.#isReadingAhead = true;
    try {
      await holdClock(this.#options.clock, () => source.readAhead());
    } catch (error) {
      this.#fail(error);
    }
    this.#isReadingAhead = false;
  }

  /** Read through a getter, as disposal may come during a wait. */
  get #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.#queue.fail(error);
    void this[Symbol.asyncDispose]();
  }

  async #close(): Promise<void> {
    await this.#opening;
    try {
      await (this.#source ?? this.#options.reader)[Symbol.asyncDispose]();
    } catch {
      // A file that is only read loses nothing when it fails to close.
    }
  }
}
