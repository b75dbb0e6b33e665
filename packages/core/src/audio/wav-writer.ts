import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { createDeferred, type Deferred } from '../stream/deferred.js';
import { fileErrorCode, WavError } from './wav-error.js';

export interface WavWriterOptions {
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Largest file, in bytes. By default what the format's 32-bit sizes allow: 4 GiB, or 18 hours of stereo at 16 kHz. */
  readonly maxBytes?: number;
}

/**
 * Writes a 16-bit WAV file under the name `path.partial`, and gives it its own name when it is whole. Left without `close`, by disposal or
 * `abort`, no file stays.
 */
export interface WavWriter extends AsyncDisposable {
  readonly path: string;
  /** Samples per channel written so far. */
  readonly length: number;
  /**
   * Takes interleaved samples, which may be changed afterwards. Returns nothing when there is room for more, else a promise that settles
   * once there is. It never rejects: `close` tells what went wrong. After `close` or `abort` it does nothing.
   *
   * @throws {WavError} The file would grow beyond its limit, or the writer is so far ahead of the disk that 16 MiB are waiting.
   */
  write(samples: Int16Array): Promise<void> | undefined;
  /**
   * So much silence, in samples per channel. A long one takes neither time nor, on most file systems, room.
   *
   * @throws {WavError} As `write`.
   */
  skip(length: number): Promise<void> | undefined;
  /** Writes what is left, and gives the file its name. @throws {WavError} It could not be written whole; then nothing stays. */
  close(): Promise<void>;
  /** Removes what was written. Nothing after `close`. */
  abort(): Promise<void>;
}

const headerBytes = 44;
const mostBytes = 0xffff_ffff;
/** Gathered before it goes to the disk: one second of stereo at 16 kHz. */
const blockBytes = 65_536;
/** Blocks on their way to the disk, from which on writers wait. */
const blocksAhead = 4;
const mostBlocksAhead = 256;

/**
 * @throws {RangeError} An option is out of range.
 * @throws {WavError} The file cannot be made there.
 */
export async function createWavWriter(path: string, options: WavWriterOptions): Promise<WavWriter> {
  const { sampleRate, channels, maxBytes = mostBytes } = options;
  if (!Number.isInteger(sampleRate) || sampleRate < 1_000 || sampleRate > 384_000)
    throw new RangeError(`a sample rate is a whole number from 1000 to 384000, not ${sampleRate}`);
  if (!Number.isInteger(channels) || channels < 1 || channels > 8) throw new RangeError(`a WAV file has 1 to 8 channels, not ${channels}`);
  if (!(maxBytes >= headerBytes && maxBytes <= mostBytes))
    throw new RangeError(`a WAV file has ${headerBytes} to ${mostBytes} bytes, not ${maxBytes}`);
  const file = await openPartial(path);
  return new FileWavWriter(file, path, { sampleRate, channels, maxBytes });
}

const partialPath = (path: string): string => `${path}.partial`;

async function openPartial(path: string): Promise<FileHandle> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw new WavError('a folder of that name is in the way', { code: 'not-writable', path });
  try {
    return await open(partialPath(path), 'w');
  } catch (error) {
    const code = fileErrorCode(error);
    const reason = code === 'ENOENT' ? 'its folder does not exist' : `it cannot be written there (${code ?? 'unknown reason'})`;
    throw new WavError(reason, { code: 'not-writable', path, cause: error });
  }
}

class FileWavWriter implements WavWriter {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #options: Required<WavWriterOptions>;
  #block: Buffer = Buffer.alloc(blockBytes);
  /** Written out, to be filled again. */
  readonly #spareBlocks: Buffer[] = [];
  #blockLength = headerBytes;
  #dataBytes = 0;
  /** Bytes handed to the disk. */
  #position = 0;
  #blocksWaiting = 0;
  #writing: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #room: Deferred<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor(file: FileHandle, path: string, options: Required<WavWriterOptions>) {
    this.#file = file;
    this.path = path;
    this.#options = options;
  }

  get length(): number {
    return this.#dataBytes / 2 / this.#options.channels;
  }

  write(samples: Int16Array): Promise<void> | undefined {
    if (this.#ending !== undefined || this.#failure !== undefined) return undefined;
    this.#checkRoom(samples.byteLength);
    // In the machine's own order of bytes, which is the file's wherever Node is built for today but s390x.
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    for (let start = 0; start < bytes.length;) {
      const copied = bytes.copy(this.#block, this.#blockLength, start);
      start += copied;
      this.#blockLength += copied;
      if (this.#blockLength === blockBytes) this.#handOver();
    }
    this.#dataBytes += bytes.length;
    return this.#blocksWaiting >= blocksAhead ? this.#waitForRoom() : undefined;
  }

  skip(length: number): Promise<void> | undefined {
    const sizeBytes = length * this.#options.channels * 2;
    if (sizeBytes < blockBytes) return this.write(new Int16Array(sizeBytes / 2));
    if (this.#ending !== undefined || this.#failure !== undefined) return undefined;
    this.#checkRoom(sizeBytes);
    if (this.#blockLength > 0) this.#handOver();
    // What is never written reads as zeros.
    this.#position += sizeBytes;
    this.#dataBytes += sizeBytes;
    return this.#blocksWaiting >= blocksAhead ? this.#waitForRoom() : undefined;
  }

  close(): Promise<void> {
    this.#ending ??= this.#finish();
    return this.#ending;
  }

  abort(): Promise<void> {
    this.#ending ??= this.#discard();
    return this.#ending;
  }

  [Symbol.asyncDispose](): Promise<void> {
    // What `close` found is told to whoever called it.
    return this.abort().catch(() => {});
  }

  #checkRoom(sizeBytes: number): void {
    const { path } = this;
    if (headerBytes + this.#dataBytes + sizeBytes > this.#options.maxBytes) {
      throw new WavError(`no more fits: it would grow beyond ${this.#options.maxBytes} bytes`, { code: 'too-large', path });
    }
    if (this.#blocksWaiting >= mostBlocksAhead)
      throw new WavError('the disk does not keep up: 16 MiB are waiting for it', { code: 'not-writable', path });
  }

  #handOver(): void {
    const block = this.#block;
    const bytes = block.subarray(0, this.#blockLength);
    const position = this.#position;
    this.#position += bytes.length;
    this.#block = this.#spareBlocks.pop() ?? Buffer.alloc(blockBytes);
    this.#blockLength = 0;
    this.#blocksWaiting += 1;
    this.#writing = this.#writing.then(async () => {
      await this.#writeBlock(bytes, position);
      if (this.#spareBlocks.length < blocksAhead) this.#spareBlocks.push(block);
    });
  }

  async #writeBlock(bytes: Buffer, position: number): Promise<void> {
    try {
      if (this.#failure === undefined) await writeFully(this.#file, bytes, position);
    } catch (error) {
      this.#failure = { error };
    }
    this.#blocksWaiting -= 1;
    if (this.#blocksWaiting >= blocksAhead) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  #waitForRoom(): Promise<void> {
    this.#room ??= createDeferred<void>();
    return this.#room.promise;
  }

  async #finish(): Promise<void> {
    if (this.#blockLength > 0) this.#handOver();
    await this.#writing;
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      await writeFully(this.#file, wavHeader(this.#options, this.#dataBytes), 0);
      // Silence skipped at the very end is not there yet.
      await this.#file.truncate(headerBytes + this.#dataBytes);
      await this.#file.close();
      await rename(partialPath(this.path), this.path);
    } catch (error) {
      await this.#remove();
      throw new WavError(`it could not be written (${fileErrorCode(error) ?? 'unknown reason'})`, {
        code: 'not-writable',
        path: this.path,
        cause: error,
      });
    }
  }

  async #discard(): Promise<void> {
    await this.#writing;
    await this.#remove();
  }

  async #remove(): Promise<void> {
    // Closed already, if it was the renaming that failed.
    await this.#file.close().catch(() => {});
    await rm(partialPath(this.path), { force: true });
  }
}

/** A write may take less than it is given. */
async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** The 44 bytes before the samples. @see Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", RIFF WAVE. */
function wavHeader(options: Required<WavWriterOptions>, dataBytes: number): Buffer {
  const { sampleRate, channels } = options;
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
