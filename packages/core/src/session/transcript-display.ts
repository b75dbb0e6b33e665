import type { TranscriptOutput } from '../provider/transcript-output.js';
import { removeMarkup } from '../text/markup.js';
import { beyondTaken } from '../turn/turn-segments.js';

/** What a transcript output is given. */
export type TranscriptPart = Parameters<TranscriptOutput['write']>[0];

/**
 * What a transcript output is given: each segment is final exactly once, and nothing is said of it afterwards. Of the agent's words without
 * the tags in them. Text of the user that never became final is so once it was taken for what was said.
 */
export class TranscriptDisplay {
  readonly #write: (part: TranscriptPart) => void;
  /** What stands there of segments that are not final: the caller's, and that of each reply. */
  readonly #open = new Map<string, TranscriptPart>();
  /** The caller's last segment that was made final here. */
  #taken: TranscriptPart | undefined;

  constructor(write: (part: TranscriptPart) => void) {
    this.#write = write;
  }

  show(part: TranscriptPart): void {
    if (part.speaker === 'agent') return this.#put({ ...part, text: removeMarkup(part.text, { isPartial: !part.final }) });
    if (part.segmentId !== this.#taken?.segmentId) return this.#put(part);
    // As the turn does: what is new in it is more of what was said.
    if (!part.final) return;
    const text = beyondTaken(this.#taken.text, part.text);
    if (text !== '') this.#put({ ...part, segmentId: `${part.segmentId}-more`, text });
  }

  /** The caller's words were taken as they stand. */
  takeUser(): void {
    for (const part of this.#open.values()) {
      if (part.speaker !== 'user') continue;
      this.#taken = part;
      this.#put({ ...part, final: true });
    }
  }

  /** Nothing more comes. */
  close(): void {
    for (const part of this.#open.values()) this.#put({ ...part, final: true });
  }

  #put(part: TranscriptPart): void {
    const { segmentId, text, final } = part;
    const shown = this.#open.get(segmentId);
    if (final) {
      this.#open.delete(segmentId);
      // What never stood there need not be ended.
      if (text === '' && shown === undefined) return;
    } else {
      if (shown === undefined ? text === '' : shown.text === text) return;
      this.#open.set(segmentId, part);
    }
    this.#write(part);
  }
}
