import { alignedEnd } from '../text/align-words.js';
import { countSyllables } from '../text/syllables.js';
import { bareWord, wordSpans } from '../text/words.js';

/** A word's end, in milliseconds from its segment's first sample and as an offset into the segment's text. */
interface TimedWord {
  readonly endMs: number;
  readonly inputEnd: number;
}

interface Segment {
  readonly text: string;
  audioMs: number;
  isComplete: boolean;
  readonly words: TimedWord[];
}

/** Time of a syllable where nothing better is known: 3.83 a second, the rate of unhurried English speech that the peers use too. */
const syllableMs = 1000 / 3.83;

/**
 * Which words belong to which stretch of a reply's audio: the one authority for what was heard.
 *
 * Segments (usually sentences) come in order. Within a segment the cut is by word timings with offsets, where the TTS gives them; else by
 * sharing the segment's duration among its words by their syllables. A word counts as heard once it was heard to its end.
 */
export class HeardLedger {
  readonly #segments: Segment[] = [];
  readonly #byId = new Map<string, Segment>();

  /**
   * A segment's text was given to the TTS. Its audio begins where that of the one before ends. Given again after a failure it keeps the
   * audio that was delivered; its words are told anew.
   */
  open(segmentId: string, text: string): void {
    const known = this.#byId.get(segmentId);
    if (known !== undefined) {
      known.words.length = 0;
      return;
    }
    const segment: Segment = { text, audioMs: 0, isComplete: false, words: [] };
    this.#segments.push(segment);
    this.#byId.set(segmentId, segment);
  }

  addAudio(segmentId: string, durationMs: number): void {
    const segment = this.#byId.get(segmentId);
    if (segment === undefined) return;
    segment.audioMs += durationMs;
  }

  addWord(segmentId: string, word: { readonly endMs: number; readonly inputEnd?: number | undefined }): void {
    const { endMs, inputEnd } = word;
    if (inputEnd !== undefined) this.#byId.get(segmentId)?.words.push({ endMs, inputEnd });
  }

  /** All of the segment's audio is there. */
  complete(segmentId: string): void {
    const segment = this.#byId.get(segmentId);
    if (segment !== undefined) segment.isComplete = true;
  }

  /** All the text that was given to the TTS. */
  get spokenText(): string {
    return this.#segments.map((segment) => segment.text).join('');
  }

  /**
   * What was heard of the text as the LLM wrote it, which may differ from what was spoken by marks and replacements.
   *
   * @param playedMs How much of the reply's audio was heard.
   */
  heardOf(written: string, playedMs: number): string {
    const heard = this.#heardSpoken(playedMs);
    const spokenWords = wordSpans(heard).filter((word) => bareWord(word.text) !== '').length;
    return written.slice(0, alignedEnd(written, this.spokenText, spokenWords)).trim();
  }

  #heardSpoken(playedMs: number): string {
    let heard = '';
    let leftMs = playedMs;
    for (const segment of this.#segments) {
      // Half a millisecond: durations are sums of fractions.
      if (!segment.isComplete || leftMs < segment.audioMs - 0.5) return heard + segment.text.slice(0, heardWithin(segment, leftMs));
      heard += segment.text;
      leftMs -= segment.audioMs;
    }
    return heard;
  }
}

/** Offset into the segment's text of the end of the last word heard to its end. */
function heardWithin(segment: Segment, playedMs: number): number {
  if (playedMs <= 0) return 0;
  if (segment.words.length > 0) return segment.words.findLast((word) => word.endMs <= playedMs + 0.5)?.inputEnd ?? 0;
  const words = wordSpans(segment.text).map((word) => ({ end: word.end, syllables: countSyllables(word.text) }));
  const syllables = words.reduce((sum, word) => sum + word.syllables, 0);
  // Audio still to come makes the segment longer than what is there.
  const totalMs = segment.isComplete ? segment.audioMs : Math.max(segment.audioMs, syllables * syllableMs);
  let end = 0;
  let saidMs = 0;
  for (const word of words) {
    saidMs += (word.syllables / syllables) * totalMs;
    if (saidMs > playedMs + 0.5) break;
    end = word.end;
  }
  return end;
}
