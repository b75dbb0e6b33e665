import { APIConnectionError, type AudioChunk, type AudioFrame, type AudioInput, type Clock } from '@parley/core/provider';
import type { AudioInputEnds, PlayedCaller } from '../../ends/audio-input-ends.js';
import { ChunkQueue } from './chunk-queue.js';
import { MuteGaps } from './mute-gaps.js';

/** A caller in memory: what is spoken is read; what is muted or dropped is told of as a gap. */
export function createReferenceAudioInput({ clock }: { readonly clock: Clock }): AudioInputEnds {
  const line = new MemoryLine(clock);
  return { port: line, caller: line, [Symbol.asyncDispose]: () => line[Symbol.asyncDispose]() };
}

/** Both its ends. */
class MemoryLine implements AudioInput, PlayedCaller {
  readonly sampleRate = 16_000;
  readonly channels = 1;
  readonly #queue = new ChunkQueue();
  readonly #mute: MuteGaps;
  #endMs = 0;

  constructor(clock: Clock) {
    this.#mute = new MuteGaps(clock, (durationMs) => {
      this.#queue.push({ type: 'gap', atMs: this.#endMs, durationMs });
      this.#endMs += durationMs;
    });
  }

  read(): AsyncIterable<AudioChunk> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#queue.next(), return: () => this.#leave() }) };
  }

  speak(frame: AudioFrame): void {
    if (this.#mute.isMuted) return;
    this.#queue.push({ type: 'audio', frame: { ...frame, atMs: this.#endMs } });
    this.#endMs += (frame.samples.length * 1000) / (frame.sampleRate * frame.channels);
  }

  mute(): void {
    this.#mute.begin();
  }

  unmute(): void {
    this.#mute.end();
  }

  hangUp(): void {
    this.#mute.end();
    this.#queue.end();
  }

  fail(): void {
    this.#mute.end();
    this.#queue.fail(new APIConnectionError('the line of the caller broke', { provider: 'reference' }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hangUp();
    this.#queue.clear();
  }

  /** Whoever leaves wants nothing more. */
  async #leave(): Promise<IteratorResult<AudioChunk, undefined>> {
    await this[Symbol.asyncDispose]();
    return { done: true, value: undefined };
  }
}
