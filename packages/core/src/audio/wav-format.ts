import { WavError } from './wav-error.js';

/** How the samples of a WAV file are written. All but 8-bit PCM are signed, and all are little-endian. */
export type WavEncoding = 'pcm' | 'float' | 'a-law' | 'mu-law';

export interface WavFormat {
  readonly encoding: WavEncoding;
  /** Hertz, 8,000 to 192,000. */
  readonly sampleRate: number;
  /** 1 to 8. */
  readonly channels: number;
  /** Bytes of one sample of one channel. A sample of fewer bits fills the upper ones. */
  readonly bytesPerSample: number;
}

/** Bytes of a `fmt ` chunk that tell anything: WAVEFORMATEXTENSIBLE. */
export const longestFormatChunk = 40;

const encodings = new Map<number, { readonly encoding: WavEncoding; readonly bytesPerSample: readonly number[] }>([
  [0x0001, { encoding: 'pcm', bytesPerSample: [1, 2, 3, 4] }],
  [0x0003, { encoding: 'float', bytesPerSample: [4, 8] }],
  [0x0006, { encoding: 'a-law', bytesPerSample: [1] }],
  [0x0007, { encoding: 'mu-law', bytesPerSample: [1] }],
]);

/** In which case the codec's number lies in the chunk's extension. */
const extensible = 0xfffe;

const codecNames = new Map([
  [0x0002, 'Microsoft ADPCM'],
  [0x0011, 'IMA ADPCM'],
  [0x0031, 'GSM 6.10'],
  [0x0040, 'G.721'],
  [0x0050, 'MPEG'],
  [0x0055, 'MP3'],
  [0x00ff, 'AAC'],
  [0x0161, 'WMA'],
]);

/**
 * Reads the body of a `fmt ` chunk, at least 16 bytes.
 *
 * @throws {WavError} Something is contradictory or not supported.
 * @see RFC 2361 for the codecs' numbers; Microsoft's WAVEFORMATEX and WAVEFORMATEXTENSIBLE for the layout.
 */
export function parseWavFormat(path: string, chunk: Buffer): WavFormat {
  const tag = chunk.readUInt16LE(0);
  const codec = tag === extensible && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const blockBytes = chunk.readUInt16LE(12);
  const bits = chunk.readUInt16LE(14);
  const known = encodings.get(codec);
  if (known === undefined) {
    const name = codecNames.get(codec);
    const advice = 'save it as 16-bit PCM';
    throw new WavError(`unsupported codec ${codec}${name === undefined ? '' : ` (${name})`}: ${advice}`, { code: 'unsupported', path });
  }
  if (channels === 0) throw new WavError('its header says zero channels', { code: 'malformed', path });
  if (channels > 8) throw new WavError(`${channels} channels: at most 8 are read`, { code: 'unsupported', path });
  if (sampleRate < 8_000 || sampleRate > 192_000) {
    throw new WavError(`a sample rate of ${sampleRate} Hz: 8000 to 192000 are read`, { code: 'unsupported', path });
  }
  const bytesPerSample = Math.ceil(bits / 8);
  if (!known.bytesPerSample.includes(bytesPerSample)) {
    throw new WavError(`unsupported: ${known.encoding} samples of ${bits} bits`, { code: 'unsupported', path });
  }
  if (blockBytes !== bytesPerSample * channels) {
    throw new WavError(`its header contradicts itself: ${channels} channels of ${bits} bits in blocks of ${blockBytes} bytes`, {
      code: 'malformed',
      path,
    });
  }
  return { encoding: known.encoding, sampleRate, channels, bytesPerSample };
}
