/** Something that can be said. */
const speakable = /[\p{L}\p{N}]/u;

interface Segment {
  readonly segmentId: string;
  /** What was not sent yet, for there is nothing in it to say. */
  held: string;
  hasText: boolean;
  isFlushed: boolean;
}

/** The segments of one call in their order: which one the vendor speaks of, and which have ended. */
export class SpeakSegments {
  readonly #segments: Segment[] = [];

  /** @returns What is to be sent now. */
  text(segmentId: string, text: string): string {
    const segment = this.#of(segmentId);
    segment.held += text;
    if (!segment.hasText && !speakable.test(segment.held)) return '';
    segment.hasText = true;
    const { held } = segment;
    segment.held = '';
    return held;
  }

  /** @returns Whether the vendor has to be told. */
  flush(segmentId: string): boolean {
    const segment = this.#of(segmentId);
    segment.isFlushed = true;
    return segment.hasText;
  }

  /** The one that the vendor speaks. */
  get current(): string | undefined {
    return this.#segments.find(({ hasText }) => hasText)?.segmentId;
  }

  /** The vendor has said all of the current one. */
  said(): void {
    const segment = this.#segments.find(({ hasText }) => hasText);
    if (segment !== undefined) segment.hasText = false;
  }

  /** Takes those that have ended, in order: nothing of them is left to be said. */
  takeEnded(): string[] {
    const first = this.#segments.findIndex(({ isFlushed, hasText }) => !isFlushed || hasText);
    return this.#segments.splice(0, first === -1 ? this.#segments.length : first).map(({ segmentId }) => segmentId);
  }

  /** None that was flushed is left. */
  get isDone(): boolean {
    return this.#segments.every(({ isFlushed }) => !isFlushed);
  }

  #of(segmentId: string): Segment {
    const known = this.#segments.find((segment) => segment.segmentId === segmentId);
    if (known !== undefined) return known;
    const segment = { segmentId, held: '', hasText: false, isFlushed: false };
    this.#segments.push(segment);
    return segment;
  }
}
