/** A stretch of the text given, without white space, and how it is handed to flite. */
export interface SpeakableWord {
  /** As written, punctuation included. */
  readonly text: string;
  /** What flite reads: plain ASCII, not empty, with the punctuation that flite makes pauses of. */
  readonly spoken: string;
  /** UTF-16 offsets into the text given; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Characters that flite would drop or read badly, as ASCII. */
const replacements = new Map([
  ['‘', "'"],
  ['’', "'"],
  ['“', '"'],
  ['”', '"'],
  ['«', '"'],
  ['»', '"'],
  ['–', ','],
  ['—', ','],
  ['…', '...'],
  ['×', ' times '],
  ['÷', ' divided by '],
  ['°', ' degrees '],
  ['½', ' one half '],
  ['¼', ' one quarter '],
  ['¾', ' three quarters '],
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['ø', 'o'],
  ['œ', 'oe'],
  ['Æ', 'Ae'],
  ['Ø', 'O'],
  ['Œ', 'Oe'],
  ['&', ' and '],
  ['@', ' at '],
  ['#', ' number '],
]);

const currencies = new Map([
  ['€', 'euros'],
  ['£', 'pounds'],
  ['¥', 'yen'],
]);

/** A longer run of characters is cut: it is no word, and flite would spell it out for minutes. */
const longestWord = 60;

/** Marks of markdown and other characters that flite spells out or stumbles over; control characters are among the rest. */
const unspeakable = /[^A-Za-z0-9 .,;:!?'"()$%+=/-]/g;

/**
 * The words of a text as flite can read them. What cannot be spoken (control characters, emoji, marks of markdown, other scripts) is
 * left out; a lone mark of punctuation joins the word before it, so that it still makes its pause.
 *
 * @param offset Of the text within the text that offsets count in.
 */
export function speakableWords(text: string, offset = 0): SpeakableWord[] {
  const words: SpeakableWord[] = [];
  for (const match of text.matchAll(new RegExp(`\\S{1,${longestWord}}`, 'gu'))) {
    const spoken = toSpoken(match[0]);
    const start = offset + match.index;
    if (/[A-Za-z0-9$%+=]/.test(spoken)) {
      words.push({ text: match[0], spoken, start, end: start + match[0].length });
    } else if (/[.,;:!?]/.test(spoken)) {
      const before = words.pop();
      if (before !== undefined) words.push({ ...before, spoken: `${before.spoken.replace(/[.,;:!?]+$/, '')}${spoken}` });
    }
  }
  return words;
}

function toSpoken(word: string): string {
  // A sum is read before its currency: "€5" is "5 euros".
  const withCurrency = word
    .replace(/([€£¥])(\d[\d.,]*\d|\d)/g, (_, sign: string, sum: string) => `${sum} ${currencies.get(sign) ?? ''}`)
    .replace(/[€£¥]/g, (sign) => ` ${currencies.get(sign) ?? ''} `);
  // Decomposed, an accent is a character of its own and goes with the unspeakable ones: "café" is read as "cafe".
  const ascii = withCurrency
    .normalize('NFC')
    .replaceAll(/[^A-Za-z0-9]/gu, (character) => replacements.get(character) ?? character.normalize('NFKD'));
  return ascii.replace(unspeakable, '').replace(/\s+/g, ' ').trim();
}
