import { alignedEnd } from '../text/align-words.js';
import { countSyllables } from '../text/syllables.js';
import { bareWord, wordSpans } from '../text/words.js';

/** A word's end, in milliseconds from its segment's first sample and as an offset into the segment's text. */
interface TimedWord {
  readonly endMs: number;
  readonly inputEnd: number;
}

interface WordLength {
  readonly end: number;
  readonly syllables: number;
}

/** A word as the TTS tells it. */
interface SpokenWord {
  readonly text?: string;
  readonly endMs: number;
  readonly inputEnd?: number | undefined;
}

interface Segment {
  text: string;
  /** Its words by where they end and how long they take; worked out when first asked for, as a reply that is heard whole needs none. */
  spans: readonly WordLength[] | undefined;
  audioMs: number;
  isComplete: boolean;
  /** Was given to the TTS more than once. */
  isRetold: boolean;
  words: TimedWord[];
  /** Where the word ends that was told last by the present attempt. */
  toldEnd: number;
}

/** Time of a syllable where nothing better is known: 3.83 a second, the rate of unhurried English speech that the peers use too. */
const syllableMs = 1000 / 3.83;

/** Durations are sums of fractions: what is left of a segment below this was played. */
const toleranceMs = 0.5;

/**
 * Which words belong to which stretch of a reply's audio: the one authority for what was heard.
 *
 * Segments (usually sentences) come in order. Within a segment the cut is by word timings, where the TTS gives them; else by
 * sharing the segment's duration among its words by their syllables. A word counts as heard once it was heard to its end.
 */
export class HeardLedger {
  readonly #segments: Segment[] = [];
  readonly #byId = new Map<string, Segment>();
  /**
   * How far the last question got: so much of the spoken text is so much of the written one. Playout asks ten times a second, so each goes
   * on from where the one before it ended.
   */
  #aligned = { written: '', spokenEnd: 0, writtenEnd: 0 };

  /**
   * A segment's text was given to the TTS. Its audio begins where that of the one before ends. Given again (after a failure, or with more
   * of its text) it keeps the audio that was delivered; its words are told anew.
   */
  open(segmentId: string, text: string): void {
    this.#aligned = { written: '', spokenEnd: 0, writtenEnd: 0 };
    const known = this.#byId.get(segmentId);
    if (known !== undefined) {
      // What was told by the attempt before holds, until this one tells of the same words: it may break off earlier.
      if (known.text !== text) known.words.length = 0;
      known.isRetold = true;
      known.toldEnd = 0;
      known.text = text;
      known.spans = undefined;
      return;
    }
    const segment: Segment = { text, spans: undefined, audioMs: 0, isComplete: false, isRetold: false, words: [], toldEnd: 0 };
    this.#segments.push(segment);
    this.#byId.set(segmentId, segment);
  }

  addAudio(segmentId: string, durationMs: number): void {
    const segment = this.#byId.get(segmentId);
    if (segment === undefined) return;
    segment.audioMs += durationMs;
  }

  /** A word's timing, in order. Where it has no place in the segment's text, it is looked for there, after the word before it. */
  addWord(segmentId: string, word: SpokenWord): void {
    const segment = this.#byId.get(segmentId);
    // A time that is none would cut at random.
    if (segment === undefined || !Number.isFinite(word.endMs)) return;
    const inputEnd = placeOf(word, segment);
    if (inputEnd === undefined) return;
    const { endMs } = word;
    segment.toldEnd = inputEnd;
    // The same word, or one after it that cannot have ended before it: this attempt knows better.
    if (segment.isRetold)
      segment.words = segment.words.filter((told) => told.inputEnd < inputEnd || (told.inputEnd > inputEnd && told.endMs > endMs));
    segment.words.push({ endMs, inputEnd });
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
    const heardLength = this.#heardLength(playedMs);
    if (this.#aligned.written !== written || this.#aligned.spokenEnd > heardLength)
      this.#aligned = { written, spokenEnd: 0, writtenEnd: 0 };
    const { spokenEnd, writtenEnd } = this.#aligned;
    if (heardLength > spokenEnd) {
      const spoken = this.spokenText.slice(spokenEnd, heardLength);
      // Where its words stand; marks and addresses may make it longer than what was spoken of it.
      const next = written.slice(writtenEnd, writtenEnd + 4 * spoken.length + 1000);
      this.#aligned = { written, spokenEnd: heardLength, writtenEnd: writtenEnd + alignedEnd(next, spoken, Infinity) };
    }
    return written.slice(0, this.#aligned.writtenEnd).trim();
  }

  /** How much of the spoken text was heard. */
  #heardLength(playedMs: number): number {
    let length = 0;
    let leftMs = playedMs;
    // A segment without audio at the very beginning was not heard before anything was.
    if (playedMs <= 0) return 0;
    for (const segment of this.#segments) {
      if (!segment.isComplete || leftMs < segment.audioMs - toleranceMs) return length + heardWithin(segment, leftMs);
      length += segment.text.length;
      leftMs -= segment.audioMs;
    }
    return length;
  }
}

/** Where a word ends in the segment's text: as the TTS says, or after the word before it. Undefined for one that nobody says. */
function placeOf({ inputEnd = Number.NaN, text: word = '' }: SpokenWord, { text, toldEnd }: Segment): number | undefined {
  if (inputEnd >= 0) return Math.min(inputEnd, text.length);
  return bareWord(word) === '' ? undefined : toldEnd + alignedEnd(text.slice(toldEnd), word, Infinity);
}

/** Offset into the segment's text of the end of the last word heard to its end. */
function heardWithin(segment: Segment, playedMs: number): number {
  const { text, words, audioMs, isComplete } = segment;
  if (playedMs <= 0) return 0;
  if (words.length > 0) {
    const heard = words.filter((word) => word.endMs <= playedMs + toleranceMs);
    return Math.min(text.length, Math.max(0, ...heard.map((word) => word.inputEnd)));
  }
  segment.spans ??= wordSpans(text).map((word) => ({ end: word.end, syllables: countSyllables(word.text) }));
  const { spans } = segment;
  const syllables = spans.reduce((sum, word) => sum + word.syllables, 0);
  // Tags alone: a pause, or a laugh.
  if (syllables === 0) return text.length;
  // Audio still to come makes the segment longer than what is there.
  const totalMs = isComplete ? audioMs : Math.max(audioMs, syllables * syllableMs);
  let end = 0;
  let said = 0;
  for (const word of spans) {
    said += word.syllables;
    if ((said / syllables) * totalMs > playedMs + toleranceMs) break;
    end = word.end;
  }
  return end;
}
