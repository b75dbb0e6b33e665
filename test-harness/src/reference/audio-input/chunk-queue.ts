import type { AudioChunk } from '@parley/core/provider';
import { createDeferred, type Deferred } from '@parley/core/provider-kit';

/** Ten seconds, in frames of 20 ms: more waits for no reader. */
const capacity = 500;
/** Contract: a gap is told of at most so much at a time. */
const longestGapMs = 100;

/** Bounded, for one reader: of what waits too long the oldest becomes a gap, so that the line has no hole. */
export class ChunkQueue {
  readonly #chunks: AudioChunk[] = [];
  #lost: { fromMs: number; untilMs: number } | undefined;
  #waiting: Deferred<IteratorResult<AudioChunk, undefined>> | undefined;
  #end: { readonly error?: unknown } | undefined;

  push(chunk: AudioChunk): void {
    if (this.#end !== undefined) return;
    this.#chunks.push(chunk);
    const oldest = this.#chunks.length > capacity ? this.#chunks.shift() : undefined;
    if (oldest !== undefined) this.#lost = { fromMs: this.#lost?.fromMs ?? startOf(oldest), untilMs: endOf(oldest) };
    this.#serve();
  }

  end(): void {
    this.#end ??= {};
    this.#serve();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#serve();
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#lost = undefined;
    this.#end = {};
  }

  next(): Promise<IteratorResult<AudioChunk, undefined>> {
    this.#waiting = createDeferred();
    const { promise } = this.#waiting;
    this.#serve();
    return promise;
  }

  #serve(): void {
    if (this.#waiting === undefined) return;
    const chunk = this.#takeLost() ?? this.#chunks.shift();
    if (chunk === undefined && this.#end === undefined) return;
    const { resolve, reject } = this.#waiting;
    this.#waiting = undefined;
    if (chunk !== undefined) return resolve({ done: false, value: chunk });
    const end = this.#end ?? {};
    this.#end = {};
    if ('error' in end) reject(end.error);
    else resolve({ done: true, value: undefined });
  }

  #takeLost(): AudioChunk | undefined {
    if (this.#lost === undefined) return undefined;
    const { fromMs, untilMs } = this.#lost;
    const durationMs = Math.min(longestGapMs, untilMs - fromMs);
    this.#lost = fromMs + durationMs < untilMs ? { fromMs: fromMs + durationMs, untilMs } : undefined;
    return { type: 'gap', atMs: fromMs, durationMs };
  }
}

const startOf = (chunk: AudioChunk): number => (chunk.type === 'gap' ? chunk.atMs : chunk.frame.atMs);
const endOf = (chunk: AudioChunk): number =>
  chunk.type === 'gap'
    ? chunk.atMs + chunk.durationMs
    : chunk.frame.atMs + (chunk.frame.samples.length * 1000) / (chunk.frame.sampleRate * chunk.frame.channels);
