import { isTag } from './markup.js';

const perCharacter = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;

/**
 * How long a word takes to say, in syllables, roughly: groups of vowels, a silent final e left out; one for each CJK sign; two for each
 * digit, which is a word when spoken. At least 1 for anything that is said at all, 0 for mere punctuation and for a
 * tag.
 *
 * Used to share a sentence's duration among its words where the TTS gives no word timings; only the proportions matter.
 */
export function countSyllables(word: string): number {
  if (isTag(word)) return 0;
  const signs = word.match(perCharacter)?.length ?? 0;
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  const letters = word
    .toLowerCase()
    .replaceAll(perCharacter, '')
    .normalize('NFD')
    .replaceAll(/[^\p{L}]/gu, '');
  if (letters === '') return signs + 2 * digits;
  const spoken = /[^aeiouy]e$/.test(letters) && !/[^aeiouy]le$/.test(letters) ? letters.slice(0, -1) : letters;
  const vowelGroups = spoken.match(/[aeiouyаеёиоуыэюяαεηιουω]+/g)?.length ?? 0;
  return signs + 2 * digits + Math.max(1, vowelGroups);
}
