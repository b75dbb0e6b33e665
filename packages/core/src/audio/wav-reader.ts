import { type FileHandle, open, stat } from 'node:fs/promises';
import { decodeWav } from './wav-decode.js';
import { fileErrorCode, WavError } from './wav-error.js';
import type { WavFormat } from './wav-format.js';
import { readWavHeader, type WavHeader } from './wav-header.js';

/** An open WAV file, read from front to back in pieces: memory does not grow with its length. */
export interface WavReader extends AsyncDisposable {
  readonly path: string;
  readonly format: WavFormat;
  /** Samples per channel in the whole file. */
  readonly length: number;
  readonly durationMs: number;
  /**
   * The next samples, 16-bit and interleaved; fewer than asked for only at the end, and none after it. One read at a time.
   *
   * @param length Samples per channel, at least 1.
   * @throws {WavError} The file was shortened meanwhile, or cannot be read.
   */
  read(length: number): Promise<Int16Array>;
}

/**
 * Opens a WAV file: PCM of 8, 16, 24 and 32 bits, float of 32 and 64, A-law and mu-law, plain or WAVE_FORMAT_EXTENSIBLE or RF64; 8 to
 * 192 kHz, 1 to 8 channels. Whoever opens it disposes it.
 *
 * @throws {WavError} One line that names the file and what is wrong with it.
 */
export async function openWav(path: string): Promise<WavReader> {
  const stats = await orExplain(stat(path), path);
  if (stats.isDirectory()) throw new WavError('a folder, not a WAV file', { code: 'not-a-file', path });
  // Opening a pipe would wait for its writer, without an end.
  if (!stats.isFile()) throw new WavError('not a regular file: write it to one first', { code: 'not-a-file', path });
  const file = await orExplain(open(path, 'r'), path);
  try {
    const header = await readWavHeader({ file, sizeBytes: stats.size, path });
    return new FileWavReader({ file, header, path });
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function orExplain<T>(opening: Promise<T>, path: string): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new WavError('there is no such file', { code: 'not-found', path, cause: error });
    throw new WavError(`it cannot be opened${code === undefined ? '' : ` (${code})`}`, { code: 'not-readable', path, cause: error });
  }
}

class FileWavReader implements WavReader {
  readonly path: string;
  readonly format: WavFormat;
  readonly length: number;
  readonly durationMs: number;
  readonly #file: FileHandle;
  readonly #blockBytes: number;
  /** What was read last, as it lies in the file. */
  #buffer = Buffer.alloc(0);
  #position: number;
  readonly #end: number;
  #closing: Promise<void> | undefined;

  constructor(options: { readonly file: FileHandle; readonly header: WavHeader; readonly path: string }) {
    const { format, dataStart, dataBytes } = options.header;
    this.path = options.path;
    this.format = format;
    this.#file = options.file;
    this.#blockBytes = format.channels * format.bytesPerSample;
    this.#position = dataStart;
    this.#end = dataStart + dataBytes;
    this.length = dataBytes / this.#blockBytes;
    this.durationMs = (this.length * 1_000) / format.sampleRate;
  }

  async read(length: number): Promise<Int16Array> {
    if (!Number.isInteger(length) || length < 1) throw new RangeError(`a read takes a whole number of samples from 1 on, not ${length}`);
    const sizeBytes = Math.min(length * this.#blockBytes, this.#end - this.#position);
    if (this.#buffer.length < sizeBytes) this.#buffer = Buffer.alloc(sizeBytes);
    const bytes = this.#buffer.subarray(0, sizeBytes);
    const start = this.#position;
    this.#position += bytes.length;
    for (let filled = 0; filled < bytes.length;) {
      const bytesRead = await this.#readInto(bytes.subarray(filled), start + filled);
      if (bytesRead === 0) throw new WavError('truncated while it was read', { code: 'truncated', path: this.path });
      filled += bytesRead;
    }
    return decodeWav(this.format, bytes);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#file.close();
    return this.#closing;
  }

  async #readInto(bytes: Buffer, position: number): Promise<number> {
    try {
      return (await this.#file.read(bytes, 0, bytes.length, position)).bytesRead;
    } catch (error) {
      throw new WavError(`it cannot be read any further (${fileErrorCode(error) ?? 'unknown reason'})`, {
        code: 'not-readable',
        path: this.path,
        cause: error,
      });
    }
  }
}
