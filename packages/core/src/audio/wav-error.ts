const brand = Symbol.for('parley.error.wav');

/** What is wrong with a WAV file. */
export type WavErrorCode =
  | 'not-found'
  /** A folder, a pipe or a device. */
  | 'not-a-file'
  | 'not-readable'
  /** Not one byte, or no audio in an otherwise sound file. */
  | 'empty'
  | 'not-wav'
  /** The file ends before its header, or before the audio that the header announces. */
  | 'truncated'
  /** A codec, rate or number of channels that is not read. */
  | 'unsupported'
  /** The header contradicts itself, or lacks a part. */
  | 'malformed'
  | 'not-writable'
  /** More audio than the file may hold. */
  | 'too-large';

/** A WAV file cannot be read or written. The message is one line, and begins with the file's path as it was given. */
export class WavError extends Error {
  override readonly name = 'WavError';
  readonly [brand] = true;
  readonly code: WavErrorCode;
  readonly path: string;

  constructor(message: string, options: { readonly code: WavErrorCode; readonly path: string; readonly cause?: unknown }) {
    super(`${options.path}: ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.path = options.path;
  }
}

/** Holds for errors of another installed copy too, where `instanceof` would not. */
export const isWavError = (error: unknown): error is WavError => typeof error === 'object' && error !== null && brand in error;

/** The code of a failed file operation (`ENOENT`), or nothing. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
