import type { FileHandle } from 'node:fs/promises';
import { guessFileType } from './guess-file-type.js';
import { WavError, type WavErrorCode } from './wav-error.js';
import { longestFormatChunk, parseWavFormat, type WavFormat } from './wav-format.js';

export interface WavHeader {
  readonly format: WavFormat;
  /** Where the audio begins in the file, and its bytes: whole blocks, all of them there. */
  readonly dataStart: number;
  readonly dataBytes: number;
}

/** An open file, its size at that time, and its path as it was given. */
export interface WavSource {
  readonly file: FileHandle;
  readonly sizeBytes: number;
  readonly path: string;
}

/** What the chunks said so far. */
interface Found {
  format?: WavFormat;
  data?: { readonly start: number; readonly declaredBytes: number };
  /** From `ds64`, where the 32-bit sizes are too small. */
  longDataBytes?: number;
}

/** No sane file has more chunks before its audio. */
const mostChunks = 1_000;

/**
 * Finds format and audio in a WAV file, whatever the order of its chunks. RF64 and BW64 (sizes beyond 4 GiB) are read too.
 *
 * A size of audio that a program writes when it cannot know it yet (0, or about 2 or 4 GiB) means: up to the end of the file.
 *
 * @throws {WavError} It is no WAV, or cannot be read as one.
 * @see Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (RIFF WAVE); EBU Tech 3306 (RF64).
 */
export async function readWavHeader(source: WavSource): Promise<WavHeader> {
  const riffBytes = await readRiff(source);
  const found: Found = {};
  let position = 12;
  for (let count = 0; position + 8 <= source.sizeBytes && (found.format === undefined || found.data === undefined); count++) {
    if (count === mostChunks) throw failure(source, 'malformed', `more than ${mostChunks} chunks and no audio among them`);
    position = await readChunk(source, { position, found });
  }
  const { format, data } = found;
  if (format === undefined && data === undefined) throw failure(source, 'truncated', 'truncated: it ends within its header');
  if (format === undefined) throw failure(source, 'malformed', 'no "fmt " chunk: nothing says how its audio is written');
  if (data === undefined) throw failure(source, 'malformed', 'no "data" chunk: it holds no audio');
  const dataBytes = measureData(source, { format, ...data, riffBytes, longDataBytes: found.longDataBytes });
  return { format, dataStart: data.start, dataBytes };
}

/** Checks that the file is a RIFF WAVE, and returns the size that it says it has, without the first 8 bytes. */
async function readRiff(source: WavSource): Promise<number> {
  if (source.sizeBytes === 0) throw failure(source, 'empty', 'empty: not one byte');
  const start = await readExactly(source, { position: 0, length: Math.min(12, source.sizeBytes) });
  const id = start.toString('latin1', 0, 4);
  if (!['RIFF', 'RF64', 'BW64'].includes(id)) {
    const guess = guessFileType(start);
    throw failure(source, 'not-wav', guess === undefined ? 'not a WAV file' : `not a WAV file, but by its first bytes ${guess}`);
  }
  if (source.sizeBytes < 12) throw failure(source, 'truncated', `truncated: ${source.sizeBytes} bytes, less than a header`);
  if (start.toString('latin1', 8, 12) !== 'WAVE') {
    const guess = guessFileType(start);
    throw failure(source, 'not-wav', `not a WAV file, but ${guess ?? 'another kind of RIFF file'}`);
  }
  return start.readUInt32LE(4);
}

/** Reads one chunk, and returns where the next one begins. */
async function readChunk(source: WavSource, at: { readonly position: number; readonly found: Found }): Promise<number> {
  const { position, found } = at;
  const head = await readExactly(source, { position, length: 8 });
  const id = head.toString('latin1', 0, 4);
  const sizeBytes = head.readUInt32LE(4);
  const start = position + 8;
  if (id === 'fmt ') {
    if (sizeBytes < 16) throw failure(source, 'malformed', `its "fmt " chunk of ${sizeBytes} bytes is too short`);
    found.format = parseWavFormat(
      source.path,
      await readExactly(source, { position: start, length: Math.min(sizeBytes, longestFormatChunk) }),
    );
  } else if (id === 'ds64' && sizeBytes >= 24) {
    const sizes = await readExactly(source, { position: start, length: 24 });
    found.longDataBytes = Number(sizes.readBigUInt64LE(8));
  } else if (id === 'data') {
    found.data = { start, declaredBytes: sizeBytes };
    if (sizeBytes === 0xffff_ffff && found.longDataBytes !== undefined) return start + padded(found.longDataBytes);
  }
  return start + padded(sizeBytes);
}

/** Chunks begin at even places. */
const padded = (sizeBytes: number): number => sizeBytes + (sizeBytes % 2);

interface DataClaim {
  readonly format: WavFormat;
  readonly start: number;
  readonly declaredBytes: number;
  readonly riffBytes: number;
  readonly longDataBytes: number | undefined;
}

/** Bytes of audio in whole blocks. @throws {WavError} There are none, or fewer than announced. */
function measureData(source: WavSource, claim: DataClaim): number {
  const { format, start, longDataBytes } = claim;
  const blockBytes = format.channels * format.bytesPerSample;
  const thereBytes = Math.max(0, source.sizeBytes - start);
  const isLong = claim.declaredBytes === 0xffff_ffff && longDataBytes !== undefined;
  const declaredBytes = isLong ? longDataBytes : claim.declaredBytes;
  const isStreamed = !isLong && isUnknownSize(declaredBytes, claim, source.sizeBytes);
  const dataBytes = isStreamed ? thereBytes : declaredBytes;
  if (dataBytes < blockBytes) throw failure(source, 'empty', 'it holds no audio: its "data" chunk is empty');
  if (dataBytes > thereBytes) {
    const secondsOf = (bytes: number) => (bytes / blockBytes / format.sampleRate).toFixed(1);
    throw failure(
      source,
      'truncated',
      `truncated: ${secondsOf(thereBytes)} s of the ${secondsOf(dataBytes)} s that it announces are there`,
    );
  }
  return dataBytes - (dataBytes % blockBytes);
}

/**
 * Whether the size is what a program puts that streams: ffmpeg 0xFFFFFFFF, SoX 0x7FFFF000 or so, arecord 0x80000000, others 0. An honest 0
 * is one where the file ends where its own header says it does.
 */
function isUnknownSize(declaredBytes: number, claim: DataClaim, sizeBytes: number): boolean {
  if (declaredBytes === 0) return claim.riffBytes === 0 || claim.riffBytes + 8 < sizeBytes || claim.riffBytes >= 0x7fff_0000;
  const endBytes = claim.start + declaredBytes;
  return endBytes > sizeBytes && (declaredBytes >= 0xffff_0000 || (declaredBytes >= 0x7fff_0000 && declaredBytes <= 0x8000_0000));
}

async function readExactly(source: WavSource, part: { readonly position: number; readonly length: number }): Promise<Buffer> {
  if (part.position + part.length > source.sizeBytes) throw failure(source, 'truncated', 'truncated: it ends within its header');
  const buffer = Buffer.alloc(part.length);
  const { bytesRead } = await source.file.read(buffer, 0, part.length, part.position);
  if (bytesRead < part.length) throw failure(source, 'truncated', 'truncated while it was read');
  return buffer;
}

function failure(source: WavSource, code: WavErrorCode, message: string): WavError {
  return new WavError(message, { code, path: source.path });
}
