import { pcmBytes } from './pcm-bytes.js';

/**
 * Mono 16-bit PCM as a WAV file, for vendors that take files.
 *
 * @param sampleRate Hertz.
 * @see Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", RIFF WAVE.
 */
export function wavBytes(samples: Int16Array, sampleRate: number): Uint8Array {
  const data = pcmBytes(samples);
  const file = new Uint8Array(44 + data.byteLength);
  const view = new DataView(file.buffer);
  const encoder = new TextEncoder();
  const text = (at: number, word: string) => file.set(encoder.encode(word), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + data.byteLength, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  // PCM, one channel.
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, data.byteLength, true);
  file.set(data, 44);
  return file;
}
