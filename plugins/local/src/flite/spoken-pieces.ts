import type { SpeakableWord } from './speakable-words.js';

/** Characters of a piece: about 20 s of speech, 0.6 s of work. Longer sentences are cut, at a comma if there is one. */
const longestPiece = 300;

const abbreviations = new Set(['mr', 'mrs', 'ms', 'dr', 'prof', 'st', 'jr', 'sr', 'vs', 'etc', 'no', 'e.g', 'i.e']);

/**
 * Cuts words into what flite speaks in one go: sentences, so that the first is heard while the next is made. Long ones are cut into
 * pieces of at most 300 characters, unless a single word is read as more.
 */
export function spokenPieces(words: readonly SpeakableWord[]): SpeakableWord[][] {
  const pieces: SpeakableWord[][] = [];
  let piece: SpeakableWord[] = [];
  let length = 0;
  words.forEach((word, index) => {
    if (length + word.spoken.length > longestPiece && piece.length > 0) {
      const rest = piece.splice(cutIndex(piece));
      pieces.push(piece);
      piece = rest;
      length = rest.reduce((sum, { spoken }) => sum + spoken.length + 1, 0);
    }
    piece.push(word);
    length += word.spoken.length + 1;
    const next = words[index + 1];
    if (next !== undefined && endsSentence(word.spoken, next.spoken)) {
      pieces.push(piece);
      piece = [];
      length = 0;
    }
  });
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

/** Whether a sentence ends between two words. An abbreviation or an initial before its point does not end one. */
function endsSentence(spoken: string, next: string): boolean {
  const [, stem, mark] = /^(.*?)([.!?]+)["')]*$/.exec(spoken) ?? [];
  if (stem === undefined || mark === undefined || !/^["'(]*[A-Z0-9]/.test(next)) return false;
  const isAbbreviation = mark === '.' && (abbreviations.has(stem.toLowerCase()) || /^[A-Za-z]$/.test(stem));
  return !isAbbreviation;
}

/** After the last comma in the piece's second half, else at its end. */
function cutIndex(piece: readonly SpeakableWord[]): number {
  const comma = piece.findLastIndex(({ spoken }) => /[,;:]["')]*$/.test(spoken));
  return comma >= piece.length / 2 ? comma + 1 : piece.length;
}
