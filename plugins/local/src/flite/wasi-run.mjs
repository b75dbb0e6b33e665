// @ts-check
import { MemoryFile } from './memory-file.mjs';
import { webAssembly } from './web-assembly.mjs';

/** WASI error numbers, file types and open flags, of preview 1. */
const badDescriptor = 8;
const noEntry = 44;
const notSupported = 58;
const seekNotPossible = 70;
const characterDevice = 2;
const directory = 3;
const regularFile = 4;
const createFlag = 1;

const rootDescriptor = 3;
const fileDescriptor = 4;
const allRights = 0xffff_ffff_ffff_ffffn;

/** How a program ends in the middle of a call. */
class Exit extends Error {
  /** @param {number} code */
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/**
 * One run of a WASI command: its arguments, what it prints, and one file that it may write, `/o.wav`. Nothing else is there: no input, no
 * other file, no time, no randomness, so that the same arguments give the same bytes.
 *
 * It has the 13 functions of preview 1 that flite imports. `node:wasi` is not used: on Node 20 it crashes the process after some
 * sequences of sentences (V8's fast calls into it).
 */
export class WasiRun {
  #args;
  #file = new MemoryFile();
  #printed = new MemoryFile();
  #complained = new MemoryFile();
  /** @type {import('./web-assembly.mjs').Memory | undefined} */
  #memory;

  /** @param {readonly string[]} args With the program's name. */
  constructor(args) {
    this.#args = args.map((arg) => new TextEncoder().encode(`${arg}\0`));
  }

  /**
   * @param {object} module A `WebAssembly.Module`.
   * @returns {{ readonly code: number, readonly file: Uint8Array, readonly printed: string, readonly complained: string }}
   * @throws {Error} The module is no WASI command, or it crashed.
   */
  start(module) {
    const { memory, _start: start } = new webAssembly.Instance(module, { wasi_snapshot_preview1: this.#imports() }).exports;
    if (!(memory instanceof webAssembly.Memory) || typeof start !== 'function') throw new Error('the module is not a WASI command');
    this.#memory = memory;
    let code = 0;
    try {
      start();
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      code = error.code;
    }
    const decoder = new TextDecoder();
    return {
      code,
      file: this.#file.contents(),
      printed: decoder.decode(this.#printed.contents()),
      complained: decoder.decode(this.#complained.contents()),
    };
  }

  /** @returns {Record<string, (...args: any[]) => number>} */
  #imports() {
    return {
      args_sizes_get: (countAt, sizeAt) => this.#argumentSizes(countAt, sizeAt),
      args_get: (pointersAt, stringsAt) => this.#argumentValues(pointersAt, stringsAt),
      // Time stands still: flite only prints how fast it was.
      clock_time_get: (_id, _precision, at) => this.#set64(at, 0n),
      fd_close: () => 0,
      fd_fdstat_get: (descriptor, at) => this.#describe(descriptor, at),
      fd_fdstat_set_flags: () => notSupported,
      fd_prestat_get: (descriptor, at) => (descriptor === rootDescriptor ? this.#set32(at, 0) + this.#set32(at + 4, 1) : badDescriptor),
      fd_prestat_dir_name: (_descriptor, at) => this.#setBytes(at, new TextEncoder().encode('/')),
      fd_read: (...values) => this.#set32(values[3], 0),
      // The offset is a BigInt. flite goes back to the start to write the length into the WAV header.
      fd_seek: (...values) => this.#seek(values),
      fd_write: (...values) => this.#write(values),
      path_open: (...values) => this.#open(values),
      proc_exit: (code) => {
        throw new Exit(code);
      },
    };
  }

  /** Memory grows during a run, which detaches every view made before: a new one each time. */
  #bytes() {
    if (this.#memory === undefined) throw new Error('a WASI function was called before the module had started');
    return new Uint8Array(this.#memory.buffer);
  }

  #view() {
    return new DataView(this.#bytes().buffer);
  }

  /** @type {(at: number, value: number) => 0} */
  #set32(at, value) {
    this.#view().setUint32(at, value, true);
    return 0;
  }

  /** @type {(at: number, value: bigint) => 0} */
  #set64(at, value) {
    this.#view().setBigUint64(at, value, true);
    return 0;
  }

  /** @type {(at: number, value: Uint8Array) => 0} */
  #setBytes(at, value) {
    this.#bytes().set(value, at);
    return 0;
  }

  /** @type {(countAt: number, sizeAt: number) => 0} */
  #argumentSizes(countAt, sizeAt) {
    this.#set32(countAt, this.#args.length);
    return this.#set32(
      sizeAt,
      this.#args.reduce((sum, arg) => sum + arg.length, 0),
    );
  }

  /** @type {(pointersAt: number, stringsAt: number) => 0} */
  #argumentValues(pointersAt, stringsAt) {
    let at = stringsAt;
    this.#args.forEach((arg, index) => {
      this.#set32(pointersAt + 4 * index, at);
      this.#setBytes(at, arg);
      at += arg.length;
    });
    return 0;
  }

  /** @type {(descriptor: number, at: number) => 0} */
  #describe(descriptor, at) {
    this.#bytes().fill(0, at, at + 24);
    this.#view().setUint8(at, descriptor === rootDescriptor ? directory : descriptor === fileDescriptor ? regularFile : characterDevice);
    this.#set64(at + 8, allRights);
    return this.#set64(at + 16, allRights);
  }

  /** @type {(values: any[]) => number} */
  #seek([descriptor, offset, whence, at]) {
    if (descriptor !== fileDescriptor) return seekNotPossible;
    return this.#set64(at, BigInt(this.#file.seek(Number(offset), whence)));
  }

  /** @type {(values: any[]) => number} */
  #write([descriptor, vectors, count, writtenAt]) {
    const target = new Map([
      [1, this.#printed],
      [2, this.#complained],
      [fileDescriptor, this.#file],
    ]).get(descriptor);
    if (target === undefined) return badDescriptor;
    const view = this.#view();
    let written = 0;
    for (let index = 0; index < count; index++) {
      const at = view.getUint32(vectors + 8 * index, true);
      const length = view.getUint32(vectors + 8 * index + 4, true);
      target.write(this.#bytes().subarray(at, at + length));
      written += length;
    }
    return this.#set32(writtenAt, written);
  }

  /** @type {(values: any[]) => number} */
  #open([_directory, _lookup, pathAt, pathLength, flags, _rights, _inheriting, _descriptorFlags, at]) {
    const path = new TextDecoder().decode(this.#bytes().slice(pathAt, pathAt + pathLength));
    if (path !== 'o.wav' || (flags & createFlag) === 0) return noEntry;
    return this.#set32(at, fileDescriptor);
  }
}
