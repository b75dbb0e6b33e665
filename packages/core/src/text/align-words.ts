import { bareWord, type WordSpan, wordSpans } from './words.js';

/** How far ahead in the written text a spoken word is looked for: further off it is more likely another use of the same word. */
const lookAhead = 12;

/**
 * Where in the written text the first so many spoken words end: a UTF-16 offset. The written text is what the LLM wrote, the spoken one
 * what filters made of it (marks removed, words replaced), so words are matched in order; one that was replaced takes the next free place.
 *
 * @param spokenWords How many words of `spoken`, from its first, were heard.
 */
export function alignedEnd(written: string, spoken: string, spokenWords: number): number {
  if (spokenWords <= 0) return 0;
  const target = wordSpans(written).filter(isSaid);
  let next = 0;
  let end = 0;
  for (const word of wordSpans(spoken).filter(isSaid).slice(0, spokenWords)) {
    const found = findWord(target, bareWord(word.text), next);
    const match = target[found ?? next];
    if (match === undefined) break;
    end = match.end;
    next = (found ?? next) + 1;
  }
  return end;
}

const isSaid = (word: WordSpan): boolean => bareWord(word.text) !== '';

function findWord(words: readonly WordSpan[], bare: string, from: number): number | undefined {
  for (let index = from; index < Math.min(words.length, from + lookAhead); index += 1) {
    const word = words[index];
    if (word !== undefined && bareWord(word.text) === bare) return index;
  }
  return undefined;
}
