import { frameFault } from '../audio/frame-fault.js';
import type { TTSEvent } from '../provider/tts.js';
import { receiptFault } from '../stream/receipt-fault.js';

/** Watches one call of a TTS: which rule of the contract an event breaks. Segments are told of as they are given and as they end. */
export class TTSRules {
  readonly #sampleRate: number;
  /** Given and not ended, in order. */
  readonly #open: string[] = [];

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  given(segmentId: string): void {
    this.#open.push(segmentId);
  }

  /** The rule broken by this event, which is then not to be used; nothing, if it keeps those without which it cannot be. */
  broken(event: TTSEvent): string | undefined {
    if (typeof event !== 'object' || event === null) return 'gave an event that is no object';
    switch (event.type) {
      case 'usage':
      case 'response-metadata':
        return receiptFault(event);
      case 'audio':
        if (!this.#open.includes(event.segmentId)) return 'gave audio for a segment that was not open';
        return asRule(frameFault(event.frame));
      case 'word':
        if (!this.#open.includes(event.segmentId)) return 'gave a word of a segment that was not open';
        if (typeof event.text !== 'string') return 'gave a word without text';
        return isStretch(event) ? undefined : 'gave a word whose times are none';
      case 'segment-end':
        return this.#open.includes(event.segmentId) ? undefined : 'ended a segment that was not open';
      default:
        return 'gave an event of a type that is not known';
    }
  }

  /** A rule broken by audio that can be used all the same. */
  bent(event: TTSEvent): string | undefined {
    if (event.type !== 'audio') return undefined;
    if (event.frame.sampleRate !== this.#sampleRate) return 'gave audio at another rate than it was asked for';
    return event.frame.channels === 1 ? undefined : 'gave audio of more than one channel';
  }

  /** @returns Whether it was this segment's turn to end. */
  ended(segmentId: string): boolean {
    const index = this.#open.indexOf(segmentId);
    this.#open.splice(index, 1);
    return index === 0;
  }
}

const isStretch = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): boolean =>
  startMs >= 0 && endMs >= startMs && endMs < Infinity;
const asRule = (fault: string | undefined): string | undefined => (fault === undefined ? undefined : `gave ${fault}`);
