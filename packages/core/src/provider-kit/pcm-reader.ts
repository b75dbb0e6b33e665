import { createFramer, type Framer } from '../audio/framer.js';
import type { AudioFrame } from '../provider/audio-frame.js';

/**
 * Makes frames out of 16-bit little-endian PCM that comes in runs of bytes of any length: a sample may be cut in two. Mono. Frames are of
 * 20 ms but for the last.
 */
export class PcmReader {
  readonly #framer: Framer;
  #odd: number | undefined;

  /** @param options `sampleRate` in hertz. */
  constructor({ sampleRate, frameMs = 20 }: { readonly sampleRate: number; readonly frameMs?: number | undefined }) {
    this.#framer = createFramer({ sampleRate, channels: 1, frameMs });
  }

  push(bytes: Uint8Array): readonly AudioFrame[] {
    const odd = this.#odd;
    const whole = odd === undefined ? bytes : joined(odd, bytes);
    const count = Math.floor(whole.byteLength / 2);
    this.#odd = whole.byteLength % 2 === 1 ? whole[whole.byteLength - 1] : undefined;
    return this.#framer.push(samplesOf(whole, count));
  }

  /** What is left, as a shorter frame. Half a sample at the end is none. */
  flush(): AudioFrame | undefined {
    this.#odd = undefined;
    return this.#framer.flush();
  }
}

function joined(first: number, bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.byteLength + 1);
  whole[0] = first;
  whole.set(bytes, 1);
  return whole;
}

/** A copy: the bytes may be of a pool that is written to again, and need not begin at an even place. */
function samplesOf(bytes: Uint8Array, count: number): Int16Array {
  const samples = new Int16Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < count; index += 1) samples[index] = view.getInt16(index * 2, true);
  return samples;
}
