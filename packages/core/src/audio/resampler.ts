import { loadSpeexModule, type SpeexModule } from './speex-module.js';

export interface ResamplerOptions {
  /** Hertz, a whole number, 4,000 to 384,000. */
  readonly fromRate: number;
  readonly toRate: number;
  /** Speex's measure, a whole number from 0 (fast) to 10 (best); 5 by default: 90 dB, 1.5 to 4 ms of CPU per second of audio, twice that from 44.1 kHz. */
  readonly quality?: number;
}

/**
 * Changes the sample rate of one mono stream, given in pieces of any length: the pieces together give the very samples that the whole
 * would. Sample n of the output is the sound at n / `toRate` seconds of the input: the filter's delay is taken out, so output trails
 * input by `delayMs`, and `flush` brings the rest. Dispose it: its filter lies outside the garbage collector's reach.
 */
export interface Resampler extends Disposable {
  readonly fromRate: number;
  readonly toRate: number;
  /** How far the output trails the input: 2.5 ms at quality 5 where the lower of the two rates is 16 kHz. 0 if the rates are equal. */
  readonly delayMs: number;
  /** What is complete by now; may be empty. Equal rates give back the samples given, not copied. */
  push(samples: Int16Array): Int16Array;
  /** The rest: all in all, the output is as long as the input, rounded up to a sample. What is pushed after it starts a new stream. */
  flush(): Int16Array;
  /** Forgets what was pushed: what is pushed after it starts a new stream. */
  reset(): void;
}

/**
 * The filter is Speex's, in WebAssembly, loaded by the first call.
 *
 * @throws {RangeError} A rate or the quality is out of range.
 */
export async function createResampler(options: ResamplerOptions): Promise<Resampler> {
  const { fromRate, toRate, quality = 5 } = options;
  checkWhole('a rate to resample from', fromRate, { least: 4_000, most: 384_000 });
  checkWhole('a rate to resample to', toRate, { least: 4_000, most: 384_000 });
  checkWhole("a resampler's quality", quality, { least: 0, most: 10 });
  if (fromRate === toRate) return createIdentity(fromRate);
  return new SpeexResampler(await loadSpeexModule(), { fromRate, toRate, quality });
}

function checkWhole(what: string, value: number, range: { readonly least: number; readonly most: number }): void {
  if (Number.isInteger(value) && value >= range.least && value <= range.most) return;
  throw new RangeError(`${what} is a whole number from ${range.least} to ${range.most}, not ${value}`);
}

const nothing = new Int16Array(0);

function createIdentity(rate: number): Resampler {
  return { fromRate: rate, toRate: rate, delayMs: 0, push: (samples) => samples, flush: () => nothing, reset() {}, [Symbol.dispose]() {} };
}

/** Taps of the filter at each quality, before it is stretched for going down. @see speexdsp `resample.c`, `quality_map`. */
const baseLengths = [8, 16, 32, 48, 64, 80, 96, 128, 160, 192, 256] as const;

/** Samples handed to the filter in one call; bounds the memory that is shared for passing them. */
const passLength = 4_096;

class SpeexResampler implements Resampler {
  readonly fromRate: number;
  readonly toRate: number;
  readonly delayMs: number;
  readonly #speex: SpeexModule;
  readonly #quality: number;
  /** Input and output rate without their common factor. */
  readonly #from: number;
  readonly #to: number;
  /** Of the filter, in input samples. */
  readonly #delay: number;
  /** Zeros pushed first, so that the filter's delay becomes a whole number of output samples. */
  readonly #leadIn: number;
  /** Output samples that belong to the lead-in and the delay. */
  readonly #leadOut: number;
  #state: number | undefined;
  #toSkip = 0;
  #taken = 0;
  #given = 0;
  #isDisposed = false;

  constructor(speex: SpeexModule, options: Required<ResamplerOptions>) {
    this.#speex = speex;
    this.#quality = options.quality;
    this.fromRate = options.fromRate;
    this.toRate = options.toRate;
    const divisor = greatestCommonDivisor(options.fromRate, options.toRate);
    this.#from = options.fromRate / divisor;
    this.#to = options.toRate / divisor;
    this.#delay = filterLength(options.quality, this.#from, this.#to) / 2;
    this.#leadIn = (this.#from - (this.#delay % this.#from)) % this.#from;
    this.#leadOut = ((this.#delay + this.#leadIn) / this.#from) * this.#to;
    this.delayMs = (this.#delay * 1_000) / options.fromRate;
    this.#open();
  }

  push(samples: Int16Array): Int16Array {
    this.#taken += samples.length;
    return this.#run(samples, Infinity);
  }

  flush(): Int16Array {
    const wanted = Math.ceil((this.#taken * this.#to) / this.#from);
    // As much silence as the delay, and one output sample more, so that rounding leaves none behind.
    const rest = this.#run(new Int16Array(this.#delay + Math.ceil(this.#from / this.#to) + 1), wanted);
    this.reset();
    return rest;
  }

  reset(): void {
    this.#close();
    this.#open();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#close();
  }

  /** @param limit Output samples of the stream after which to stop. */
  #run(samples: Int16Array, limit: number): Int16Array {
    const state = this.#state;
    if (state === undefined) throw new Error(`the resampler from ${this.fromRate} to ${this.toRate} Hz was disposed: make a new one`);
    const output = new Int16Array(Math.max(0, Math.ceil((samples.length * this.#to) / this.#from) + 1));
    let length = 0;
    for (let start = 0; start < samples.length; start += passLength) {
      const made = this.#pass(state, samples.subarray(start, start + passLength));
      const skipped = Math.min(this.#toSkip, made.length);
      const kept = made.subarray(skipped, skipped + Math.max(0, limit - this.#given));
      output.set(kept, length);
      length += kept.length;
      this.#toSkip -= skipped;
      this.#given += kept.length;
    }
    return output.subarray(0, length);
  }

  /** One pass through the filter, which takes all that it is given as long as there is room for what comes of it. Good until the next pass. */
  #pass(state: number, samples: Int16Array): Int16Array {
    const room = Math.ceil((samples.length * this.#to) / this.#from) + 1;
    const passage = passageOf(this.#speex, room);
    this.#speex.HEAP16.set(samples, passage.input / 2);
    this.#speex.HEAP32[passage.inputLength / 4] = samples.length;
    this.#speex.HEAP32[passage.outputLength / 4] = room;
    const code = this.#speex._speex_resampler_process_interleaved_int(
      state,
      passage.input,
      passage.inputLength,
      passage.output,
      passage.outputLength,
    );
    if (code !== 0) throw new Error(`resampling from ${this.fromRate} to ${this.toRate} Hz failed with Speex's error ${code}`);
    const made = this.#speex.HEAP32[passage.outputLength / 4]!;
    return this.#speex.HEAP16.subarray(passage.output / 2, passage.output / 2 + made);
  }

  #open(): void {
    if (this.#isDisposed) return;
    const { inputLength: errorPointer } = passageOf(this.#speex, 0);
    const state = this.#speex._speex_resampler_init(1, this.#from, this.#to, this.#quality, errorPointer);
    const code = this.#speex.HEAP32[errorPointer / 4]!;
    if (state === 0 || code !== 0)
      throw new Error(`no resampler from ${this.fromRate} to ${this.toRate} Hz could be made: Speex's error ${code}`);
    this.#state = state;
    this.#toSkip = this.#leadOut;
    this.#taken = 0;
    this.#given = 0;
    this.#run(new Int16Array(this.#leadIn), 0);
  }

  #close(): void {
    if (this.#state !== undefined) this.#speex._speex_resampler_destroy(this.#state);
    this.#state = undefined;
  }
}

/**
 * Taps of the filter. Going down, it is stretched to the lower rate's period, and rounded up to a multiple of 8.
 *
 * @see speexdsp `resample.c`, `update_filter`; its delay is half of that.
 */
function filterLength(quality: number, from: number, to: number): number {
  const base = baseLengths[quality] ?? 0;
  return from > to ? ((Math.floor((base * from) / to) - 1) & ~7) + 8 : base;
}

function greatestCommonDivisor(first: number, second: number): number {
  return second === 0 ? first : greatestCommonDivisor(second, first % second);
}

/** Where samples are passed in and out. One for all resamplers: a pass is never interrupted. */
interface Passage {
  readonly input: number;
  readonly inputLength: number;
  readonly output: number;
  readonly outputLength: number;
  readonly room: number;
}

const passages = new WeakMap<SpeexModule, Passage>();

function passageOf(speex: SpeexModule, room: number): Passage {
  const present = passages.get(speex);
  if (present !== undefined && present.room >= room) return present;
  if (present !== undefined) speex._free(present.output);
  const passage = {
    input: present?.input ?? allocate(speex, passLength * 2),
    inputLength: present?.inputLength ?? allocate(speex, 4),
    outputLength: present?.outputLength ?? allocate(speex, 4),
    output: allocate(speex, Math.max(room, passLength) * 2),
    room: Math.max(room, passLength),
  };
  passages.set(speex, passage);
  return passage;
}

function allocate(speex: SpeexModule, sizeBytes: number): number {
  const pointer = speex._malloc(sizeBytes);
  if (pointer === 0) throw new Error(`the resampler has no memory left for ${sizeBytes} bytes: dispose resamplers that are over`);
  return pointer;
}
