import type { EarlyRecording } from './early-audio.js';
import { isWebM, opusPackets } from './webm-opus.js';

/** Mono. */
export interface DecodedAudio {
  readonly samples: Int16Array;
  readonly sampleRate: number;
}

/** Longer than clients record. */
const mostMs = 10_000;
const opusRate = 48_000;

/**
 * What was recorded, as PCM: Opus in WebM, as browsers record, or PCM as the other clients send it. Of more than ten seconds the newest.
 *
 * @throws {Error} It is something else: the MP4 of Safari, say.
 */
export async function decodeEarlyAudio(bytes: Uint8Array, format: Pick<EarlyRecording, 'sampleRate' | 'channels'>): Promise<DecodedAudio> {
  const { samples, sampleRate } = isWebM(bytes) ? await decodeOpus(opusPackets(bytes)) : decodePcm(bytes, format);
  return { samples: samples.slice(-(mostMs * sampleRate) / 1000), sampleRate };
}

async function decodeOpus(packets: readonly Uint8Array[]): Promise<DecodedAudio> {
  // Loaded for those who need it: most calls do not.
  const { OpusDecoder } = await import('opus-decoder');
  const decoder = new OpusDecoder();
  try {
    await decoder.ready;
    const { channelData } = decoder.decodeFrames([...packets]);
    return { samples: mixed(channelData), sampleRate: opusRate };
  } finally {
    decoder.free();
  }
}

function mixed(channels: readonly Float32Array[]): Int16Array {
  const samples = new Int16Array(channels[0]?.length ?? 0);
  for (let index = 0; index < samples.length; index += 1) {
    let sum = 0;
    for (const channel of channels) sum += channel[index] ?? 0;
    samples[index] = Math.max(-32_768, Math.min(32_767, Math.round((sum / channels.length) * 32_768)));
  }
  return samples;
}

function decodePcm(bytes: Uint8Array, { sampleRate, channels }: Pick<EarlyRecording, 'sampleRate' | 'channels'>): DecodedAudio {
  const isPcm = sampleRate >= 8000 && sampleRate <= 48_000 && (channels === 1 || channels === 2) && !isMp4(bytes);
  if (!isPcm) throw new Error(`neither Opus in WebM nor PCM: sampleRate ${sampleRate}, channels ${channels}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Int16Array(Math.floor(bytes.byteLength / (2 * channels)));
  for (let index = 0; index < samples.length; index += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += view.getInt16((index * channels + channel) * 2, true);
    samples[index] = Math.round(sum / channels);
  }
  return { samples, sampleRate };
}

/** The first box of an MP4 file names itself `ftyp`, after its length. */
const isMp4 = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp';
