import { wordSpans } from '@parley/core/provider-kit';

/** A character as it is spoken; may be of several code units. Times are milliseconds from the segment's first sample. */
export interface SpokenCharacter {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** A word as it was written, with offsets into the segment's text. */
export interface AlignedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly inputStart: number;
  readonly inputEnd: number;
}

interface WrittenWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  startMs?: number;
  endMs?: number;
}

/** Where something else is spoken than was written, the next written words are looked through for one that is spoken as it stands. */
const lookAhead = 8;

/**
 * Finds the words of a text in the characters that the vendor says it speaks. White space counts on neither side; the last word is held back until
 * another begins, since it may go on. What is spoken otherwise than it was written ("five dollars" for "$5") is taken together up to the next
 * word that is the same on both sides.
 */
export class WordAligner {
  #text = '';
  readonly #words: WrittenWord[] = [];
  /** The first word that was not given out. */
  #next = 0;
  /** Up to here the text was found. */
  #cursor = 0;
  /** What is spoken since the last white space. */
  #spoken: { text: string; readonly startMs: number; endMs: number } | undefined;
  /** Since when what is spoken is not what was written; undefined: it is. */
  #lost: { startMs: number; endMs: number } | undefined;
  #ready: AlignedWord[] = [];

  /** What was given to be spoken, or more of it. */
  give(text: string): void {
    this.#text += text;
    // The last word may have gone on.
    const last = this.#words.pop();
    const from = last?.start ?? 0;
    for (const span of wordSpans(this.#text.slice(from))) {
      const start = from + span.start;
      const known = start === last?.start ? { startMs: last.startMs, endMs: last.endMs } : {};
      this.#words.push(written({ text: span.text, start, end: from + span.end }, known));
    }
  }

  /** Gives the words that are complete by now. */
  push(characters: readonly SpokenCharacter[]): readonly AlignedWord[] {
    for (const character of characters) this.#take(character);
    return this.#readyWords();
  }

  /** No more is spoken: gives the rest. */
  finish(): readonly AlignedWord[] {
    this.#endSpoken();
    if (this.#lost === undefined) this.#emitUpTo(this.#words.length);
    else this.#fill(this.#words.length, this.#lost);
    return this.#readyWords();
  }

  #readyWords(): readonly AlignedWord[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #take(character: SpokenCharacter): void {
    if (/^\s/.test(character.text)) this.#endSpoken();
    if (character.text.trim() === '') return;
    if (this.#spoken === undefined) this.#spoken = { ...character };
    else {
      this.#spoken.text += character.text;
      this.#spoken.endMs = character.endMs;
    }
    if (this.#lost !== undefined) return;
    const at = this.#skipSpace(this.#cursor);
    if (this.#text.startsWith(character.text.trim(), at)) this.#mark(at, character);
    else this.#lose(character);
  }

  #mark(at: number, { text, startMs, endMs }: SpokenCharacter): void {
    this.#cursor = at + text.trim().length;
    let index = this.#next;
    while (index < this.#words.length - 1 && (this.#words[index]?.end ?? 0) <= at) index += 1;
    this.#emitUpTo(index);
    const word = this.#words[index];
    if (word === undefined) return;
    word.startMs ??= startMs;
    word.endMs = endMs;
  }

  /** The word that was under way is not spoken as it was written, after all. */
  #lose(character: SpokenCharacter): void {
    const word = this.#words[this.#next];
    if (word?.endMs !== undefined && word.end <= this.#cursor) this.#emitUpTo(this.#next + 1);
    const open = this.#words[this.#next];
    this.#lost = { startMs: open?.startMs ?? character.startMs, endMs: character.endMs };
    this.#cursor = open?.start ?? this.#cursor;
  }

  /** White space, or the end: what was spoken since the last is a word. */
  #endSpoken(): void {
    const spoken = this.#spoken;
    this.#spoken = undefined;
    if (spoken === undefined || this.#lost === undefined) return;
    const bare = bareWord(spoken.text);
    const ahead = this.#words.slice(this.#next, this.#next + lookAhead);
    const found = ahead.findIndex(({ text }) => bareWord(text) === bare);
    if (found === -1) {
      this.#lost.endMs = spoken.endMs;
      return;
    }
    // What was lost ends where this word begins, at the latest.
    const { startMs, endMs } = this.#lost;
    this.#fill(this.#next + found, { startMs, endMs: Math.max(startMs, Math.min(endMs, spoken.startMs)) });
    this.#lost = undefined;
    const word = this.#words[this.#next];
    if (word === undefined) return;
    word.startMs = spoken.startMs;
    word.endMs = spoken.endMs;
    this.#cursor = word.end;
  }

  /** Words that share a time for which nobody knows more. */
  #fill(until: number, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }): void {
    const words = this.#words.slice(this.#next, until);
    const eachMs = (endMs - startMs) / words.length;
    words.forEach((word, index) => {
      word.startMs = startMs + index * eachMs;
      word.endMs = startMs + (index + 1) * eachMs;
    });
    this.#emitUpTo(until);
  }

  /** What was never spoken is not given out. */
  #emitUpTo(until: number): void {
    for (; this.#next < until; this.#next += 1) {
      const { text, start, end, startMs, endMs } = this.#words[this.#next] ?? written({ text: '', start: 0, end: 0 }, {});
      if (startMs === undefined || endMs === undefined) continue;
      this.#ready.push({ text, startMs, endMs: Math.max(startMs, endMs), inputStart: start, inputEnd: end });
    }
  }

  #skipSpace(from: number): number {
    let at = from;
    while (at < this.#text.length && this.#text.charAt(at).trim() === '') at += 1;
    return at;
  }
}

const written = (
  span: { readonly text: string; readonly start: number; readonly end: number },
  { startMs, endMs }: { readonly startMs?: number | undefined; readonly endMs?: number | undefined },
): WrittenWord => ({ ...span, ...(startMs === undefined ? {} : { startMs }), ...(endMs === undefined ? {} : { endMs }) });

/** For comparing words: lower case, letters and digits only; a word that has none is compared as it stands. */
function bareWord(word: string): string {
  const bare = word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return bare === '' ? word : bare;
}
