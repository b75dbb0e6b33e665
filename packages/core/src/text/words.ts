import { isTag } from './markup.js';

/** A word and where it stands, in UTF-16 offsets: `text.slice(start, end)`. */
export interface WordSpan {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Han, kana and Thai are written without spaces or read one sign at a time: each sign counts as a word. */
const wordPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]\p{P}*|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;
/** The same in a text with tags, each of which is a span by itself, as typed. */
const wordOrTagPattern =
  /<\/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?\/?>|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}](?:(?!<\/?[A-Za-z])\p{P})*|(?:(?!<\/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?\/?>)[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])+/gu;

/** The words of a text with the punctuation that clings to them, in order. A tag, such as `<break time="1s"/>`, is one too. */
export function wordSpans(text: string): WordSpan[] {
  const pattern = text.includes('<') ? wordOrTagPattern : wordPattern;
  return Array.from(text.matchAll(pattern), (match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
}

/** For comparing words: lower case, letters and digits only. Empty for what nobody says: mere punctuation, a tag. */
export const bareWord = (word: string): string => (isTag(word) ? '' : word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''));

/** Whether two texts say the same: case, punctuation and blanks aside. */
export const sameWords = (one: string, other: string): boolean => bareWords(one) === bareWords(other);

const bareWords = (text: string): string =>
  text
    .split(/\s+/u)
    .map(bareWord)
    .filter((word) => word !== '')
    .join(' ');
