import type { TranscriptOutput } from '@parley/core/provider';

/** A part of a transcript, as the session gives it: `text` is the whole of its segment so far. */
export type TranscriptPart = Parameters<TranscriptOutput['write']>[0];

/** What is to be sent for a part. */
export type TranscriptStep =
  /** A stream of its own with the whole text: whoever receives it puts it in the place of what they had of the segment. */
  | {
      readonly type: 'whole';
      readonly speaker: 'user' | 'agent';
      readonly segmentId: string;
      readonly text: string;
      readonly final: boolean;
    }
  /** More of the agent's segment, on the stream that was opened with its first words. */
  | { readonly type: 'more'; readonly segmentId: string; readonly text: string }
  /** The end of that stream. */
  | { readonly type: 'close'; readonly segmentId: string };

/**
 * How transcripts go over `lk.transcription`. The user's: each interim and the final is a stream with the whole text. The agent's: one stream
 * a segment, with the words as they are spoken. It was opened as not final and cannot become so, nor can words that were not heard after all be
 * taken back on it; hence the final text follows as a whole.
 */
export class TranscriptSteps {
  /** What was sent of the agent's segments that are not final, and whether its stream still can be added to. */
  readonly #sent = new Map<string, { readonly text: string; readonly isStream: boolean }>();

  next(part: TranscriptPart): readonly TranscriptStep[] {
    const { speaker, segmentId, text, final } = part;
    const whole: TranscriptStep = { type: 'whole', speaker, segmentId, text, final };
    if (speaker === 'user') return [whole];
    const sent = this.#sent.get(segmentId) ?? { text: '', isStream: true };
    const close: readonly TranscriptStep[] = sent.isStream && sent.text !== '' ? [{ type: 'close', segmentId }] : [];
    if (final) {
      this.#sent.delete(segmentId);
      return [...close, whole];
    }
    const goesOn = sent.isStream && text.startsWith(sent.text);
    this.#sent.set(segmentId, { text, isStream: goesOn });
    return goesOn ? [{ type: 'more', segmentId, text: text.slice(sent.text.length) }] : [...close, whole];
  }
}
