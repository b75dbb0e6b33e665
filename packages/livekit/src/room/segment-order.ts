import type { AudioFrame } from '@parley/core/provider';

/** How many segments that are over are remembered: a writer of audio that long dropped does not go on for so many. */
const capacity = 1000;

/** Puts frames into the order of playing: those of a segment come after all of the segments begun before it, however they were written. */
export class SegmentOrder {
  readonly #feed: (frame: AudioFrame) => void;
  /** Segments not yet played to their end, with what of them has to wait; the first has nothing waiting. */
  readonly #open = new Map<string, { isEnded: boolean; readonly waiting: AudioFrame[] }>();
  readonly #over = new Set<string>();

  /** @param feed Given each frame when it is its turn. */
  constructor(feed: (frame: AudioFrame) => void) {
    this.#feed = feed;
  }

  /** Of a segment that was ended or cleared nothing is taken any more. */
  write(segmentId: string, frame: AudioFrame): void {
    if (this.#over.has(segmentId)) return;
    const segment = this.#open.get(segmentId) ?? { isEnded: false, waiting: [] };
    this.#open.set(segmentId, segment);
    if (segment.isEnded) return;
    if (this.#open.keys().next().value === segmentId) this.#feed(frame);
    else segment.waiting.push(frame);
  }

  end(segmentId: string): void {
    const segment = this.#open.get(segmentId);
    if (segment === undefined) return this.#remember(segmentId);
    segment.isEnded = true;
    for (const [id, { isEnded, waiting }] of this.#open) {
      for (const frame of waiting.splice(0)) this.#feed(frame);
      if (!isEnded) return;
      this.#open.delete(id);
      this.#remember(id);
    }
  }

  clear(): void {
    for (const id of this.#open.keys()) this.#remember(id);
    this.#open.clear();
  }

  #remember(id: string): void {
    this.#over.add(id);
    if (this.#over.size <= capacity) return;
    for (const oldest of this.#over) {
      this.#over.delete(oldest);
      return;
    }
  }
}
