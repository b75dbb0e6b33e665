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

const backchannels = new Set([
  'uh-huh',
  'uhhuh',
  'mhm',
  'mm-hmm',
  'mmhmm',
  'mm',
  'hmm',
  'yeah',
  'yep',
  'yes',
  'ok',
  'okay',
  'right',
  'sure',
  'i',
  'see',
  'aha',
  'ah',
  'oh',
]);

/** As `interruptByDurationAndWords`, but what only says "I am listening" ("uh-huh", "yeah", "I see") does not stop the agent. */
export const ignoreBackchannels: InterruptionPolicy = (overlap, options) => {
  const words = overlap.text.toLowerCase().match(/[\p{L}'-]+/gu) ?? [];
  if (words.length > 0 && words.length <= 3 && words.every((word) => backchannels.has(word))) return 'ignore';
  return interruptByDurationAndWords(overlap, options);
};
