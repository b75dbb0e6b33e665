/** How words are said: phones in ArpaBet with blanks between, as in `{ parley: 'P AA R L IY' }`. For words that the dictionary lacks, or says otherwise. */
export type Pronunciations = Readonly<Record<string, string>>;

/** The 39 phones of the CMU dictionary and of the recogniser's model. @see http://www.speech.cs.cmu.edu/cgi-bin/cmudict */
const phones = new Set('AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(' '));

/**
 * Pairs of word and phones, sorted, so that equal settings are told by comparing. Marks of stress (`AA1`) are dropped: the model has none.
 *
 * @throws {TypeError} It names the word and the phone that there is not.
 */
export function readPronunciations(pronunciations: Pronunciations): (readonly [string, string])[] {
  return Object.entries(pronunciations)
    .map(([word, said]) => {
      if (!/^'?[a-z][a-z']*$/.test(word)) throw new TypeError(`pronunciations: '${word}' is not a word of small letters and apostrophes`);
      const list = said
        .trim()
        .split(/\s+/)
        .map((phone) => phone.replace(/[0-2]$/, ''));
      const unknown = list.find((phone) => !phones.has(phone));
      if (unknown !== undefined)
        throw new TypeError(`pronunciations: '${word}' has no such phone as '${unknown}': use ${[...phones].join(' ')}`);
      return [word, list.join(' ')] as const;
    })
    .sort(([left], [right]) => (left < right ? -1 : 1));
}
