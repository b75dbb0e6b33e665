import type { WordSpan } from './words.js';

/** One line of text and those right after it, up to a blank one. The blanks before its first word and after its last are left out. */
const paragraphPattern = /[^\s](?:[^\n]|\n(?![^\S\n]*(?:\n|$)))*/g;

/** The paragraphs of a text, which blank lines part, and where they stand: `text.slice(start, end)`. */
export function paragraphSpans(text: string): WordSpan[] {
  return Array.from(text.replaceAll('\r', ' ').matchAll(paragraphPattern), ({ index, 0: match }) => {
    const end = index + match.trimEnd().length;
    return { text: text.slice(index, end), start: index, end };
  });
}
