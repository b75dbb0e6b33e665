import type { SpeakableWord } from './speakable-words.js';

/** A sound of speech as flite names it, and when it ends on the time line of the samples. */
export interface Phone {
  readonly name: string;
  readonly endMs: number;
}

/** When a word of the text is spoken. */
export interface SpokenWord {
  readonly word: SpeakableWord;
  readonly startMs: number;
  readonly endMs: number;
}

/** Size of the table beyond which nothing is told: ten times that of the longest sentence of words. */
const largestTable = 1_000_000;

interface Sound {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Times of words, from the phones of the sentence, which have times, and the phones of each word by itself, which say whose they are.
 * The two differ where the context changes a word ("Dr." before a name), so they are aligned by the least number of edits.
 *
 * @param groups One for each word; with any other number nothing can be told, and the result is empty.
 * @returns In order and without overlap. A word none of whose phones was found is left out.
 */
export function spokenWordTimings(
  words: readonly SpeakableWord[],
  phones: readonly Phone[],
  groups: readonly (readonly string[])[],
): SpokenWord[] {
  if (groups.length !== words.length) return [];
  const sounds = phones
    .map(({ name, endMs }, index): Sound => ({ name, startMs: phones[index - 1]?.endMs ?? 0, endMs }))
    .filter(({ name }) => name !== 'pau');
  const owners = groups.flatMap((group, owner) => group.map((name) => ({ name, owner })));
  if (sounds.length * owners.length > largestTable) return [];
  const spans = new Map<number, { startMs: number; endMs: number }>();
  for (const [soundIndex, ownerIndex] of align(sounds, owners)) {
    const sound = sounds[soundIndex];
    const owner = owners[ownerIndex]?.owner;
    if (sound === undefined || owner === undefined) continue;
    const span = spans.get(owner);
    if (span === undefined) spans.set(owner, { startMs: sound.startMs, endMs: sound.endMs });
    else span.endMs = sound.endMs;
  }
  return words.flatMap((word, index) => {
    const span = spans.get(index);
    return span === undefined ? [] : [{ word, ...span }];
  });
}

interface Named {
  readonly name: string;
}

/**
 * Pairs of indices, rising on both sides: Levenshtein's alignment, in which a phone may also stand for another one.
 *
 * @see V. I. Levenshtein, Binary codes capable of correcting deletions, insertions, and reversals (1966).
 */
function align(left: readonly Named[], right: readonly Named[]): [number, number][] {
  const width = right.length + 1;
  const costs = new Uint16Array((left.length + 1) * width);
  const cost = (row: number, column: number) => costs[row * width + column] ?? Infinity;
  const substitution = (row: number, column: number) =>
    cost(row - 1, column - 1) + (left[row - 1]?.name === right[column - 1]?.name ? 0 : 1);
  for (let row = 0; row <= left.length; row++) {
    for (let column = 0; column < width; column++) {
      const best =
        row === 0 ? column : column === 0 ? row : Math.min(substitution(row, column), cost(row - 1, column) + 1, cost(row, column - 1) + 1);
      costs[row * width + column] = best;
    }
  }
  const pairs: [number, number][] = [];
  let row = left.length;
  let column = right.length;
  while (row > 0 && column > 0) {
    if (cost(row, column) === substitution(row, column)) pairs.push([--row, --column]);
    else if (cost(row, column) === cost(row - 1, column) + 1) row--;
    else column--;
  }
  return pairs.reverse();
}
