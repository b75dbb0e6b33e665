import type { AudioFrame } from '../provider/audio-frame.js';

/** How much of each segment was handed on, so that a further attempt at it does not say again what was said. Milliseconds of audio. */
export class DeliveredAudio {
  /** In all attempts. */
  readonly #inAll = new Map<string, number>();
  /** In the present one. */
  readonly #inAttempt = new Map<string, number>();

  /** Another attempt begins: all that is not complete is spoken from its start. */
  restart(): void {
    this.#inAttempt.clear();
  }

  /** What of this frame was not handed on before; nothing, if all of it was. */
  take(segmentId: string, frame: AudioFrame): AudioFrame | undefined {
    const beforeMs = this.#inAttempt.get(segmentId) ?? 0;
    const afterMs = beforeMs + (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
    const deliveredMs = this.#inAll.get(segmentId) ?? 0;
    this.#inAttempt.set(segmentId, afterMs);
    this.#inAll.set(segmentId, Math.max(deliveredMs, afterMs));
    if (deliveredMs <= beforeMs) return frame;
    const skip = Math.round(((deliveredMs - beforeMs) / 1000) * frame.sampleRate) * frame.channels;
    return skip >= frame.samples.length ? undefined : { ...frame, samples: frame.samples.subarray(skip) };
  }

  /** Nothing more comes of this segment. */
  complete(segmentId: string): void {
    this.#inAll.delete(segmentId);
    this.#inAttempt.delete(segmentId);
  }
}
