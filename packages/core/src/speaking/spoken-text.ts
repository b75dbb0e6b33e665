import { SentenceSplitter } from '../text/sentence-splitter.js';
import { opensMarkdown } from './remove-markdown.js';
import { type TextTransform, transformText } from './text-transform.js';

export interface SpokenTextOptions {
  readonly transforms: readonly TextTransform[];
  /** BCP 47, for the cut into sentences. */
  readonly language?: string | undefined;
}

/** Marks that are not closed within so much text, in UTF-16 units, are taken as they stand: the caller waits. */
const longestMarked = 300;

const isSpeakable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/**
 * Makes of a text, as an LLM writes it, the pieces that are spoken: its sentences, after the transforms. Pieces of text of any size give
 * the same. Sentences that one pair of Markdown marks holds together are one piece, so that the marks are seen as what they are.
 */
export class SpokenText {
  readonly #transforms: readonly TextTransform[];
  readonly #splitter: SentenceSplitter;
  readonly #joins: boolean;
  /** Sentences whose marks are still open. */
  #open = '';
  #startsLine = true;

  constructor({ transforms, language }: SpokenTextOptions) {
    this.#transforms = transforms;
    this.#splitter = new SentenceSplitter(language === undefined ? {} : { language });
    this.#joins = transforms.includes('markdown');
  }

  /** Takes the next piece of text and gives what can be spoken of it. */
  push(text: string): string[] {
    return this.#splitter.push(text).flatMap((sentence) => this.#take(sentence));
  }

  /** The rest, once the text is over. */
  flush(): string[] {
    const pieces = this.#splitter.flush().flatMap((sentence) => this.#take(sentence));
    return this.#open === '' ? pieces : [...pieces, ...this.#speak()];
  }

  /** What there is may be a whole sentence: nothing but what comes next tells. */
  get mayBeOver(): boolean {
    return this.#splitter.mayBeOver;
  }

  /** No more came for a while: what stands as a sentence as it is. */
  flushSentence(): string[] {
    return this.#splitter.flushSentence().flatMap((sentence) => this.#take(sentence));
  }

  #take(sentence: string): string[] {
    this.#open += sentence;
    const mayClose = this.#joins && this.#open.length < longestMarked && !/\n\s*$/.test(sentence);
    return mayClose && opensMarkdown(this.#open) ? [] : this.#speak();
  }

  #speak(): string[] {
    const written = this.#open;
    const spoken = transformText(written, this.#transforms, this.#startsLine).trim();
    this.#open = '';
    this.#startsLine = /\n\s*$/.test(written);
    return isSpeakable(spoken) ? [spoken] : [];
  }
}
