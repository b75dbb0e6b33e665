// @ts-check

/**
 * @typedef {{ readonly text: string, readonly startMs: number, readonly durationMs: number, readonly score: number }} ScoredWord
 * A stretch of the recogniser's alignment. The score is its own logarithmic one, in units of ln(1.0001); silence and noise have names
 * such as `<sil>` and `[NOISE]`.
 */

/** The utterance as a whole fits the grammar better than any sounds would. Units of the score, for each 10 ms frame. */
const utteranceFloor = 0;
/** No word may fit much worse than any sounds would. */
const wordFloor = -20;
/** A word shorter than this is judged as if it had this length: a few frames prove little. */
const shortWordMs = 120;
const frameMs = 10;

/**
 * Whether what was said is in the grammar: the same audio was decoded with the grammar, and with a loop of all phones, which can follow
 * any speech.
 *
 * 1. The utterance must score better by the grammar than by the loop, over its words.
 * 2. So must each word, almost.
 * 3. No long silence: that is where the recogniser hides words that it does not know.
 * 4. There must be words.
 *
 * Measured with flite's voices, clean and with noise: see the README. One foreign word inside a known sentence can still pass.
 *
 * @param {readonly ScoredWord[]} words By the grammar, with silences.
 * @param {readonly ScoredWord[]} loop By the loop of phones.
 * @param {{ readonly maxPauseMs: number, readonly maxTrailingSilenceMs: number }} limits A pause this long or longer, inside or at the end, is too long.
 */
export function isUnderstood(words, loop, { maxPauseMs, maxTrailingSilenceMs }) {
  const spoken = words.filter((word) => !isSilence(word));
  if (spoken.length === 0) return false;
  const gains = spoken.map((word) => ({ gain: word.score - scoreOver(loop, word), durationMs: word.durationMs }));
  const total = gains.reduce((sum, { gain, durationMs }) => ({ gain: sum.gain + gain, durationMs: sum.durationMs + durationMs }));
  if (perFrame(total.gain, total.durationMs) <= utteranceFloor) return false;
  if (gains.some(({ gain, durationMs }) => perFrame(gain, Math.max(shortWordMs, durationMs)) <= wordFloor)) return false;
  return !words.some((word, index) => {
    // Before the first word there is whatever the VAD gives beforehand.
    if (!isSilence(word) || index === 0) return false;
    return word.durationMs >= (index === words.length - 1 ? maxTrailingSilenceMs : maxPauseMs);
  });
}

/** @param {ScoredWord} word */
export const isSilence = (word) => /^[<[+]/.test(word.text);

/** @type {(gain: number, durationMs: number) => number} */
const perFrame = (gain, durationMs) => (gain * frameMs) / durationMs;

/**
 * The loop's score over the time of a word, its phones prorated.
 *
 * @param {readonly ScoredWord[]} loop
 * @param {ScoredWord} word
 */
function scoreOver(loop, word) {
  const endMs = word.startMs + word.durationMs;
  return loop.reduce((sum, phone) => {
    const overlapMs = Math.min(endMs, phone.startMs + phone.durationMs) - Math.max(word.startMs, phone.startMs);
    return overlapMs > 0 ? sum + (phone.score * overlapMs) / phone.durationMs : sum;
  }, 0);
}
