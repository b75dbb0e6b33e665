import { type FileHandle, open } from 'node:fs/promises';

/** The outline of a two-channel recording: the lowest and highest sample of each hundredth of a second. */
export interface WavPeaks {
  readonly durationMs: number;
  /** 100. */
  readonly peaksPerSecond: number;
  /** Minimum and maximum in turn, -127 to 127 of full scale. */
  readonly left: Int8Array;
  readonly right: Int8Array;
}

interface Layout {
  readonly sampleRate: number;
  readonly dataStart: number;
  readonly dataBytes: number;
}

const peaksPerSecond = 100;
/** Two channels of 16 bits. */
const frameBytes = 4;
const readBytes = 1 << 16;

/**
 * Reads the recording once, in pieces: an hour takes no more memory than a minute, its peaks apart (1.4 MB).
 *
 * @param path A stereo WAV of 16-bit PCM, as the file call end writes it.
 * @throws {Error} The file is no such WAV.
 * @see Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991), "Waveform Audio File Format".
 */
export async function readWavPeaks(path: string): Promise<WavPeaks> {
  const file = await open(path);
  try {
    const layout = await readLayout(file, path);
    return await readPeaks(file, layout);
  } finally {
    await file.close();
  }
}

async function readPeaks(file: FileHandle, layout: Layout): Promise<WavPeaks> {
  const frames = Math.floor(layout.dataBytes / frameBytes);
  const count = Math.ceil((frames * peaksPerSecond) / layout.sampleRate);
  const left = new Int8Array(count * 2);
  const right = new Int8Array(count * 2);
  const buffer = Buffer.alloc(readBytes);
  for (let frame = 0; frame < frames;) {
    const wanted = Math.min(readBytes, (frames - frame) * frameBytes);
    const { bytesRead } = await file.read(buffer, 0, wanted, layout.dataStart + frame * frameBytes);
    const got = Math.floor(bytesRead / frameBytes);
    if (got === 0) break;
    for (let index = 0; index < got; index += 1, frame += 1) {
      const peak = Math.floor((frame * peaksPerSecond) / layout.sampleRate) * 2;
      widen(left, peak, buffer.readInt16LE(index * frameBytes));
      widen(right, peak, buffer.readInt16LE(index * frameBytes + 2));
    }
  }
  return { durationMs: (frames * 1000) / layout.sampleRate, peaksPerSecond, left, right };
}

/** Silence is at 0, so both bounds may start there: a recording's outline always crosses it. */
function widen(peaks: Int8Array, index: number, sample: number): void {
  const scaled = Math.round((sample * 127) / 32_768);
  if (scaled < (peaks[index] ?? 0)) peaks[index] = scaled;
  if (scaled > (peaks[index + 1] ?? 0)) peaks[index + 1] = scaled;
}

async function readLayout(file: FileHandle, path: string): Promise<Layout> {
  const { size } = await file.stat();
  const head = Buffer.alloc(Math.min(size, 4096));
  await file.read(head, 0, head.length, 0);
  const refuse = (what: string) => new Error(`${path} cannot be drawn: ${what}`);
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE')
    throw refuse('it is no WAV file');
  let sampleRate: number | undefined;
  for (let at = 12; at + 8 <= head.length;) {
    const id = head.toString('latin1', at, at + 4);
    const bytes = head.readUInt32LE(at + 4);
    if (id === 'fmt ' && at + 24 <= head.length) {
      const channels = head.readUInt16LE(at + 10);
      const bits = head.readUInt16LE(at + 22);
      if (channels !== 2 || bits !== 16) throw refuse(`it has ${channels} channel(s) of ${bits} bits, not 2 of 16`);
      sampleRate = head.readUInt32LE(at + 12);
    }
    if (id === 'data' && sampleRate !== undefined) {
      // A file still being written, or cut off, announces more than it holds.
      return { sampleRate, dataStart: at + 8, dataBytes: Math.min(bytes, size - at - 8) };
    }
    // Chunks are padded to an even length.
    at += 8 + bytes + (bytes % 2);
  }
  throw refuse('it has no format and data chunk in its first 4,096 bytes');
}
