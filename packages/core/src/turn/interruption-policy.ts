import { backchannels } from './backchannels.js';
import type { InterruptionPolicy } from './turn-options.js';

/**
 * By duration and words: speech as long as `minInterruptionDurationMs` (with `minInterruptionWords` words, if set) pauses the reply; a
 * final transcript, or without a VAD an interim one, stops it.
 */
export const interruptByDurationAndWords: InterruptionPolicy = (overlap, { minInterruptionDurationMs, minInterruptionWords }) => {
  if (overlap.words < minInterruptionWords) return 'ignore';
  if (overlap.text !== '' && (overlap.isFinal || !overlap.hasVad)) return 'stop';
  return overlap.speechMs >= minInterruptionDurationMs && overlap.speechMs > 0 ? 'pause' : 'ignore';
};

/** Longer texts than this say more than "I listen", whatever they consist of: in UTF-16 units, and in words or phrases. */
const longestLength = 40;
const mostPhrases = 4;

/**
 * A policy as `interruptByDurationAndWords`, but a turn made of these words and phrases alone, up to four of them, does not stop the agent:
 * a reply that was paused for it goes on as soon as the turn is over. Case and punctuation aside.
 *
 * @param phrases As an STT writes them. Their letters count, and the blanks between words.
 * @throws {TypeError} There is none, or one that has no letter.
 */
export function ignorePhrases(phrases: Iterable<string>): InterruptionPolicy {
  const known = [...phrases].map(bare);
  if (known.length === 0 || known.includes('')) throw new TypeError('ignorePhrases: give at least one phrase, and each with a letter');
  // The longest first: "ah oui" is not "ah" and something else. Signs of Chinese and Japanese need no blank between them.
  const longestFirst = [...new Set(known)].sort((one, other) => other.length - one.length);
  const isUnspaced = (phrase: string) => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(phrase);
  const choices = longestFirst.map((phrase) => (isUnspaced(phrase) ? `${phrase} ?` : `${phrase}(?: |$)`));
  const pattern = new RegExp(`^(?:${choices.join('|')}){1,${mostPhrases}}$`, 'u');
  return (overlap, options) =>
    overlap.text !== '' && overlap.text.length <= longestLength && pattern.test(bare(overlap.text))
      ? 'ignore'
      : interruptByDurationAndWords(overlap, options);
}

/** Lower case; letters, digits and accents only, with one blank between words. A hyphen parts words, an apostrophe does not. */
const bare = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/['’]/gu, '')
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();

/**
 * Lets pass what only says "I am listening": "uh-huh", "mm-hmm", "okay", "I see", and the like in German, French, Spanish, Italian,
 * Portuguese, Dutch, Japanese, Chinese and Korean. It is remembered as said, and not answered. For words of your own: `ignorePhrases`.
 */
export const ignoreBackchannels: InterruptionPolicy = ignorePhrases(Object.values(backchannels).flatMap((phrases) => phrases.split('|')));
