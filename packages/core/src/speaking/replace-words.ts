const isWordSign = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
/** Written without blanks between words: such a word may stand anywhere. */
const isRunningSign = (sign: string | undefined): boolean =>
  sign !== undefined && /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(sign);
const hasEdge = (sign: string | undefined): boolean => isWordSign(sign) && !isRunningSign(sign);

/**
 * A text transform that says other words than were written, such as `{ SQL: 'sequel', 'Dr.': 'Doctor' }`. Whole words only, in upper or
 * lower case; of two that fit the longer one. What stands around them stays as it is.
 *
 * @param words What is written, and what is said in its place. May be several words. May not span two sentences.
 * @throws {TypeError} A word is empty, or what is to be said for it is not a text.
 */
export function replaceWords(words: Readonly<Record<string, string>>): (sentence: string) => string {
  const byKey = new Map<string, string>();
  for (const [word, spoken] of Object.entries(words)) {
    if (word.trim() === '') throw new TypeError('replaceWords: a word to be replaced is empty');
    if (typeof spoken !== 'string') throw new TypeError(`replaceWords: what is said for ${JSON.stringify(word)} must be a text`);
    byKey.set(word.toLowerCase(), spoken);
  }
  if (byKey.size === 0) return (sentence) => sentence;
  const keys = [...byKey.keys()].toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(keys.map(patternOf).join('|'), 'giu');
  return (sentence) => sentence.replaceAll(pattern, (found) => byKey.get(found.toLowerCase()) ?? found);
}

function patternOf(key: string): string {
  const signs = Array.from(key);
  const word = key.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const before = hasEdge(signs[0]) ? String.raw`(?<![\p{L}\p{N}])` : '';
  const after = hasEdge(signs.at(-1)) ? String.raw`(?![\p{L}\p{N}])` : '';
  return `${before}${word}${after}`;
}
