/** A word and where it stands, in UTF-16 offsets: `text.slice(start, end)`. */
export interface WordSpan {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Han, kana, Hangul syllables and Thai are written without spaces or read one sign at a time: each sign counts as a word. */
const wordPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]\p{P}*|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;

/** The words of a text with the punctuation that clings to them, in order. */
export function wordSpans(text: string): WordSpan[] {
  return Array.from(text.matchAll(wordPattern), (match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
}

/** For comparing words: lower case, letters and digits only. Empty for mere punctuation. */
export const bareWord = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
