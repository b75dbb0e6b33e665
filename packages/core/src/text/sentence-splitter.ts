/** Words before which a full stop does not end the sentence. Compared in lower case, without the stop. */
const abbreviations = new Set(
  'mr mrs ms dr prof sr jr st mt rev hon gen col capt lt sgt no nos vs etc eg ie al ca approx dept est fig inc ltd co corp vol ed eds pp tel ext min max jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun bzw usw evtl ggf nr str'.split(
    ' ',
  ),
);

/** "U.S.", "e.g.", "J.": letters that stand alone, each with its stop. "I." is a pronoun at a sentence's end. */
const initials = /(?:^|[\s(])(?!I\.$)(?:\p{L}\.)+$/u;
/** Something that may end a sentence, and more after it. */
const maybeInnerEnd = /[.!?。！？…\n؟।].*\S/s;

export interface SentenceSplitterOptions {
  /** BCP 47; decides the platform's rules. English by default. */
  readonly language?: string;
  /** A sentence shorter than this, in UTF-16 units, is joined with the one after it: very short pieces sound clipped. */
  readonly minLength?: number;
}

/**
 * Cuts a stream of text into sentences by the platform's own segmenter (`Intl.Segmenter`, Unicode UAX 29), mended where that is known
 * to be wrong: abbreviations and initials. Joined together the sentences give the text unchanged; chunks of any size give the same cut.
 */
export class SentenceSplitter {
  readonly #segmenter: Intl.Segmenter;
  readonly #minLength: number;
  #buffer = '';

  constructor(options: SentenceSplitterOptions = {}) {
    this.#segmenter = segmenterFor(options.language ?? 'en');
    this.#minLength = options.minLength ?? 20;
  }

  /** Takes the next piece of text and gives the sentences that are certainly over. */
  push(text: string): string[] {
    this.#buffer += text;
    // Most pieces end nothing, and what ends the last sentence is the beginning of the next: leave the segmenter alone.
    if (!maybeInnerEnd.test(this.#buffer)) return [];
    const sentences = this.#split();
    // The last may still grow.
    this.#buffer = sentences.pop() ?? '';
    return sentences;
  }

  /** The rest, once the text is over. */
  flush(): string[] {
    const sentences = maybeInnerEnd.test(this.#buffer) ? this.#split() : this.#buffer === '' ? [] : [this.#buffer];
    this.#buffer = '';
    return sentences;
  }

  #split(): string[] {
    const sentences: string[] = [];
    let open = '';
    for (const { segment } of this.#segmenter.segment(this.#buffer)) {
      open += segment;
      const text = open.trim();
      if (text.length < this.#minLength || endsInAbbreviation(text)) continue;
      sentences.push(open);
      open = '';
    }
    if (open !== '') sentences.push(open);
    return sentences;
  }
}

function endsInAbbreviation(text: string): boolean {
  if (!text.endsWith('.')) return false;
  if (initials.test(text)) return true;
  const lastWord = text.slice(Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n')) + 1, -1).replace(/^[("'„“]+/u, '');
  return abbreviations.has(lastWord.toLowerCase().replaceAll('.', ''));
}

const segmenters = new Map<string, Intl.Segmenter>();

/** Making one costs a millisecond, using it microseconds. */
function segmenterFor(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(language, { granularity: 'sentence' });
  segmenters.set(language, made);
  return made;
}
