import type { AudioFrame } from '../provider/audio-frame.js';
import { createFramer, type Framer } from '../audio/framer.js';
import { mixToMono } from '../audio/mix-to-mono.js';
import { createResampler, type Resampler } from '../audio/resampler.js';
import { silentFrame } from '../audio/silent-frame.js';
import type { WavReader } from '../audio/wav-reader.js';

export interface WavFrameSourceOptions {
  /** Belongs to the source from now on, which closes it. */
  readonly reader: WavReader;
  /** Hertz of the frames. */
  readonly sampleRate: number;
  /** 10 to 60. */
  readonly frameMs: number;
  /** Silence after the end of the file. */
  readonly trailingSilenceMs: number;
}

/** A file as mono frames of one rate and length, read ahead in pieces. */
export interface WavFrameSource extends AsyncDisposable {
  /** The first frame of those read ahead, not yet taken. */
  readonly first: AudioFrame | undefined;
  /** Frames read ahead. */
  readonly length: number;
  /** No more will be read ahead. */
  readonly isAtEnd: boolean;
  /** Takes the first frame. */
  shift(): void;
  /**
   * Reads half a second further. One at a time.
   *
   * @throws {WavError} The file cannot be read any further.
   */
  readAhead(): Promise<void>;
}

export async function createWavFrameSource(options: WavFrameSourceOptions): Promise<WavFrameSource> {
  const { reader, sampleRate, frameMs } = options;
  const resampler = await createResampler({ fromRate: reader.format.sampleRate, toRate: sampleRate });
  return new ChunkedSource(options, { resampler, framer: createFramer({ sampleRate, frameMs }) });
}

const chunkMs = 500;

class ChunkedSource implements WavFrameSource {
  readonly #options: WavFrameSourceOptions;
  readonly #resampler: Resampler;
  readonly #framer: Framer;
  readonly #frames: AudioFrame[] = [];
  #state: 'file' | 'silence' | 'end' = 'file';
  #silenceLeftMs: number;
  #reading: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(options: WavFrameSourceOptions, parts: { readonly resampler: Resampler; readonly framer: Framer }) {
    this.#options = options;
    this.#resampler = parts.resampler;
    this.#framer = parts.framer;
    this.#silenceLeftMs = options.trailingSilenceMs;
  }

  get first(): AudioFrame | undefined {
    return this.#frames[0];
  }

  get length(): number {
    return this.#frames.length;
  }

  get isAtEnd(): boolean {
    return this.#state === 'end';
  }

  shift(): void {
    this.#frames.shift();
  }

  readAhead(): Promise<void> {
    this.#reading = this.#state === 'file' ? this.#readFile() : Promise.resolve(this.#addSilence());
    return this.#reading;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #readFile(): Promise<void> {
    const { reader } = this.#options;
    const { sampleRate, channels } = reader.format;
    const samples = await reader.read(Math.ceil((chunkMs * sampleRate) / 1_000));
    if (this.#closing !== undefined) return;
    if (samples.length > 0) {
      this.#frames.push(...this.#framer.push(this.#resampler.push(mixToMono(samples, channels))));
    } else {
      this.#frames.push(...this.#framer.push(this.#resampler.flush()));
      this.#state = 'silence';
      this.#addSilence();
    }
  }

  #addSilence(): void {
    const durationMs = Math.min(chunkMs, this.#silenceLeftMs);
    this.#silenceLeftMs -= durationMs;
    this.#frames.push(...this.#framer.push(silentFrame({ sampleRate: this.#options.sampleRate, atMs: 0, durationMs }).samples));
    if (this.#silenceLeftMs > 0) return;
    const last = this.#framer.flush();
    if (last !== undefined) this.#frames.push(last);
    this.#state = 'end';
  }

  async #close(): Promise<void> {
    // A read under way still needs both; who called it hears of its failure.
    await this.#reading.catch(() => {});
    this.#resampler[Symbol.dispose]();
    await this.#options.reader[Symbol.asyncDispose]();
  }
}
