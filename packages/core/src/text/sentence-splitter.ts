import { openElements, removeMarkup, tagPattern, unfinishedTag } from './markup.js';
import { wordSpans } from './words.js';

/** Words before which a full stop does not end the sentence. Compared in lower case, without the stop. */
const abbreviations = new Set(
  'mr mrs ms dr prof sr jr st mt rev hon gen col capt lt sgt no nos vs etc eg ie al ca approx dept est fig inc ltd co corp vol ed eds pp tel ext min max jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun bzw usw evtl ggf nr str'.split(
    ' ',
  ),
);

/** "U.S.", "e.g.", "J.": letters that stand alone, each with its stop. "I." is a pronoun at a sentence's end. */
const initials = /(?:^|[\s(])(?!I\.$)(?:\p{L}\.)+$/u;
/** Something that may end a sentence, and more after it. */
const maybeInnerEnd = /[.!?。！？…\n؟।].*\S/s;
/** A sign that ends a sentence, what closes behind it, and blanks. */
const endsInEnd = /[.!?。！？…؟।]["'”’»)\]*_~`]*\s*$/;
const longestEnd = 20;
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
/** A sign says about as much as so many letters. */
const cjkWeight = 3;
/** Whatever has no end by then is cut between two words: a TTS takes only so much at a time, and the caller waits. */
const longestSentence = 600;
/** Of a text that comes at once, so much is looked at at a time. */
const longestLook = 500;
/** An element that is not closed by then, such as `<laugh>`, was not meant to hold sentences together. */
const longestElement = 300;

export interface SentenceSplitterOptions {
  /** BCP 47; decides the platform's rules. English by default. */
  readonly language?: string;
  /**
   * A sentence shorter than this, in UTF-16 units without tags, a CJK sign counted as three, is joined with the one after it: very short
   * pieces sound clipped. Default 20.
   */
  readonly minLength?: number;
}

/**
 * Cuts a stream of text into sentences by the platform's own segmenter (`Intl.Segmenter`, Unicode UAX 29), mended where that is known
 * to be wrong: abbreviations, initials, and tags (XML, SSML) and marks of Markdown, which stay with the sentence that they belong to. Joined together the
 * sentences give the text unchanged; chunks of any size give the same cut.
 */
export class SentenceSplitter {
  readonly #segmenter: Intl.Segmenter;
  readonly #minLength: number;
  #buffer = '';
  /** Up to here the platform's sentences are too short, or otherwise none. */
  #passed = 0;

  constructor(options: SentenceSplitterOptions = {}) {
    this.#segmenter = segmenterFor(options.language ?? 'en');
    this.#minLength = options.minLength ?? 20;
  }

  /** Takes the next piece of text and gives the sentences that are certainly over. */
  push(text: string): string[] {
    const sentences: string[] = [];
    // Each look is at all that is left: a long text at once would be looked at as often as it has sentences.
    for (let from = 0; from < text.length; from += longestLook) {
      this.#buffer += text.slice(from, from + longestLook);
      sentences.push(...this.#take(false));
    }
    return sentences;
  }

  /** The rest, once the text is over. */
  flush(): string[] {
    const sentences = this.#take(true);
    if (this.#buffer !== '') sentences.push(this.#buffer);
    this.#buffer = '';
    this.#passed = 0;
    return sentences;
  }

  /** The text ends in a way in which a sentence may end; what comes next decides. */
  get mayBeOver(): boolean {
    return endsInEnd.test(this.#buffer.slice(-longestEnd));
  }

  /**
   * The rest, if it stands as a sentence as it is, however short: for when no more comes for a while. What comes next might have shown
   * otherwise; so an abbreviation, a number with a full stop, and what is held together by a tag stays.
   */
  flushSentence(): string[] {
    if (!this.mayBeOver || /\d\.\s*$/.test(this.#buffer)) return [];
    return this.#stands(this.#buffer) ? this.flush() : [];
  }

  /** One after another, each from the beginning of what is left: so it makes no difference how much of the text was there. */
  #take(isOver: boolean): string[] {
    const sentences: string[] = [];
    for (let end = this.#nextEnd(isOver); end !== undefined; end = this.#nextEnd(isOver)) {
      sentences.push(this.#buffer.slice(0, end));
      this.#buffer = this.#buffer.slice(end);
      this.#passed = 0;
    }
    return sentences;
  }

  /** Where the first sentence certainly ends, and another begins. */
  #nextEnd(isOver: boolean): number | undefined {
    const text = this.#buffer;
    const from = this.#passed;
    // Most pieces end nothing, and what ends the last sentence is the beginning of the next: leave the segmenter alone.
    if (text.length <= longestSentence && !maybeInnerEnd.test(from === 0 ? text : text.slice(from))) return undefined;
    const masked = mask(text, isOver);
    for (const { segment, index } of this.#segmenter.segment(from === 0 ? masked : masked.slice(from))) {
      const end = from + index + segment.length;
      if (end > longestSentence) return forcedEnd(text);
      const next = masked.slice(end, end + lookAhead);
      // Tags alone are no sentence: they stay with the one before.
      if (isBlank(next) && next.length < lookAhead) return undefined;
      if (!isOver && !isSettled(segment, next)) return undefined;
      if (this.#isSentence(text.slice(0, end))) return end;
      this.#passed = end;
    }
    return undefined;
  }

  #isSentence(text: string): boolean {
    return this.#stands(text, this.#minLength);
  }

  #stands(text: string, minLength = 1): boolean {
    if (text.length <= longestElement && (unfinishedTag(text) !== undefined || openElements(text) > 0)) return false;
    const visible = removeMarkup(text).trim();
    return lengthOf(visible) >= minLength && !endsInAbbreviation(visible);
  }
}

/** How far is looked for what decides whether a full stop ends a sentence. */
const lookAhead = 300;
/** Part of the sentence before it, as UAX 29 has it. */
const clinging = '\u2060';
/** Part of the sentence after it. */
const leading = '<';
const isBlank = (masked: string): boolean => /^[\s<\u2060]*$/.test(masked);
const endsInStop = /\.[^\p{L}\p{N}]*$/u;
/** By UAX 29, rule SB8, a full stop before a small letter ends no sentence, whatever stands between them but these. */
const decides = /[\p{Alphabetic}\p{Sentence_Terminal}\n\r]/u;
const endsInHalfSign = /[\uD800-\uDBFF]$/;

/** Whether more text cannot change that a sentence ended here. */
function isSettled(masked: string, next: string): boolean {
  if (endsInHalfSign.test(next) && next.length < lookAhead) return false;
  return !endsInStop.test(masked) || decides.test(next) || next.length === lookAhead;
}

/** Marks of Markdown that close right after a sentence: they belong to it. */
const closingMarks = /(?<=[.!?。！？…"'”’)\]])[*_~`]{1,3}(?=["'”’)\]]{0,3}(?:\s|$))/g;

/** The text with what clings to a sentence as characters that the segmenter takes no notice of, each in its place. */
function mask(text: string, isOver: boolean): string {
  return maskTags(text, isOver).replaceAll(closingMarks, (marks) => clinging.repeat(marks.length));
}

/** A tag belongs to the word that it touches, an opening one to what follows. */
function maskTags(text: string, isOver: boolean): string {
  if (!text.includes('<')) return text;
  const masked = text.replaceAll(tagPattern, (tag, empty: string | undefined, at: number) => {
    const touches = at > 0 && !/\s/.test(text.charAt(at - 1));
    return (tag.startsWith('</') || (empty !== undefined && touches) ? clinging : leading).repeat(tag.length);
  });
  const unfinished = isOver ? undefined : unfinishedTag(text);
  return unfinished === undefined ? masked : masked.slice(0, unfinished) + leading.repeat(text.length - unfinished);
}

/** Before the word that goes beyond the limit. */
function forcedEnd(text: string): number {
  const kept = text.slice(0, longestSentence);
  const end = unfinishedTag(kept) ?? wordSpans(kept).at(-1)?.start ?? 0;
  if (end > 0) return end;
  return endsInHalfSign.test(kept) ? longestSentence - 1 : longestSentence;
}

const lengthOf = (text: string): number => text.length + (cjkWeight - 1) * (text.match(cjk)?.length ?? 0);

function endsInAbbreviation(text: string): boolean {
  if (!text.endsWith('.')) return false;
  if (initials.test(text)) return true;
  const lastWord = text.slice(Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n')) + 1, -1).replace(/^[("'„“]+/u, '');
  return abbreviations.has(lastWord.toLowerCase().replaceAll('.', ''));
}

const segmenters = new Map<string, Intl.Segmenter>();

/** Making one costs a millisecond, using it microseconds. */
function segmenterFor(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(language, { granularity: 'sentence' });
  segmenters.set(language, made);
  return made;
}
