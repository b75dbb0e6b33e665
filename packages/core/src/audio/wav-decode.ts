import { aLawValues, muLawValues } from './g711.js';
import type { WavFormat } from './wav-format.js';

/**
 * Samples as they lie in a WAV file, as 16-bit ones: longer ones lose their lower bits, floats beyond full scale are clipped, and what is no
 * number is silence.
 *
 * @param bytes A whole number of samples.
 */
export function decodeWav(format: WavFormat, bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Int16Array(bytes.byteLength / format.bytesPerSample);
  const read = readerOf(format, view);
  for (let index = 0; index < samples.length; index++) samples[index] = read(index);
  return samples;
}

function readerOf(format: WavFormat, view: DataView): (index: number) => number {
  switch (format.encoding) {
    case 'a-law':
      return (index) => aLawValues[view.getUint8(index)]!;
    case 'mu-law':
      return (index) => muLawValues[view.getUint8(index)]!;
    case 'float':
      return format.bytesPerSample === 4
        ? (index) => toInteger(view.getFloat32(index * 4, true))
        : (index) => toInteger(view.getFloat64(index * 8, true));
    case 'pcm':
      return pcmReaderOf(format.bytesPerSample, view);
    default:
      return format.encoding satisfies never;
  }
}

/** The upper 16 bits are the last two bytes; a single byte is unsigned. */
function pcmReaderOf(bytesPerSample: number, view: DataView): (index: number) => number {
  if (bytesPerSample === 1) return (index) => (view.getUint8(index) - 128) * 256;
  return (index) => view.getInt16(index * bytesPerSample + bytesPerSample - 2, true);
}

/** 1 is full scale. `NaN` becomes 0 in an integer array. */
function toInteger(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768)));
}
