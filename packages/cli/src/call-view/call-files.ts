import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AgentEvent } from '@parley/core';
import { callPage, type PageAudio } from './page/call-page.js';
import { loadPageAssets } from './page/page-assets.js';
import { readWavPeaks } from './page/wav-peaks.js';

/** Audio up to this size lies inside the page: about ten minutes. A longer call would make a page that browsers are slow to open. */
const largestEmbeddedBytes = 40 * 1024 * 1024;

/** Where a call's files are. */
export interface CallPaths {
  readonly wav: string;
  readonly jsonl: string;
  readonly html: string;
}

export function callPaths(folder: string): CallPaths {
  return { wav: join(folder, 'call.wav'), jsonl: join(folder, 'call.jsonl'), html: join(folder, 'call.html') };
}

/** Writes a call's events to a file as they come, one JSON object a line. */
export class EventLog implements AsyncDisposable {
  readonly #stream: WriteStream;
  #failure: Error | undefined;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** @throws {Error} The file cannot be written there. */
  static async open(path: string): Promise<EventLog> {
    const stream = createWriteStream(path);
    await once(stream, 'open');
    return new EventLog(stream);
  }

  /** Events are few and small: they may wait in memory for the disk. */
  write(event: AgentEvent): void {
    if (this.#failure === undefined) this.#stream.write(`${JSON.stringify(event)}\n`);
  }

  /** Settles when all is in the file. @throws {Error} Something could not be written, such as for a full disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#failure === undefined) {
      this.#stream.end();
      // An error ends the wait too: `once` rejects with it.
      if (!this.#stream.closed) await once(this.#stream, 'close');
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** What the page tells of, beside the recording. */
export interface WrittenCall {
  readonly title: string;
  readonly events: readonly AgentEvent[];
  /** The instant of the recording's first sample, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** It took place on a virtual clock, which stands still while a model works. */
  readonly isVirtual: boolean;
}

/**
 * Writes the page of a call that is over. Its recording must be whole. The page has its name only once it is whole, too.
 *
 * @throws {Error} The recording cannot be read, or the page cannot be written.
 */
export async function writeCallPage(paths: CallPaths, call: WrittenCall): Promise<void> {
  const [peaks, audio, assets] = await Promise.all([readWavPeaks(paths.wav), pageAudio(paths.wav), loadPageAssets()]);
  const { title, events, startedAt, isVirtual } = call;
  const page = callPage({
    title,
    record: { events, startedAt, durationMs: peaks.durationMs },
    peaks,
    audio,
    assets,
    ...(isVirtual ? { note: 'This call was computed on a virtual clock (--fast): the time that the models took counts as none.' } : {}),
  });
  const unfinished = `${paths.html}.part`;
  await writeFile(unfinished, page);
  await rename(unfinished, paths.html);
}

async function pageAudio(wavPath: string): Promise<PageAudio> {
  const { size } = await stat(wavPath);
  if (size > largestEmbeddedBytes) return { type: 'file', name: 'call.wav' };
  return { type: 'embedded', base64: (await readFile(wavPath)).toString('base64') };
}
