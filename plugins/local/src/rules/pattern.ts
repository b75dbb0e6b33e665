/** What may be said, as a tree. Every pattern is finite: there is no repetition. */
export type Pattern =
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly type: 'choice'; readonly options: readonly Pattern[] }
  | { readonly type: 'optional'; readonly part: Pattern }
  /** `name` is what the rest of the rule calls it; `slot` says what may be said. */
  | { readonly type: 'slot'; readonly name: string; readonly slot: string };

interface Token {
  readonly text: string;
  /** Counted from 1, for messages. */
  readonly position: number;
}

/**
 * Reads `[hello] (can i | i would like to) book a table for {size} [people] on {day}`: words, one of several in parentheses, what may be
 * left out in brackets, a slot in braces. `{from:city}` is the slot `city` under the name `from`. A bar outside parentheses divides the
 * whole.
 *
 * @throws {SyntaxError} It says what is wrong, and where.
 */
export function parsePattern(source: string): Pattern {
  const reader = new PatternReader(tokens(source), source.length + 1);
  const pattern = reader.readChoice();
  reader.expectEnd();
  return pattern;
}

function tokens(source: string): Token[] {
  // Hyphens divide words, as the recogniser's dictionary has them.
  const found = [...source.matchAll(/\{[^{}]*\}|[()[\]|]|[^\s()[\]|{}-]+|[{}]/g)];
  return found.map((match) => ({ text: match[0], position: match.index + 1 }));
}

class PatternReader {
  readonly #tokens: readonly Token[];
  readonly #endPosition: number;
  #next = 0;

  constructor(tokens: readonly Token[], endPosition: number) {
    this.#tokens = tokens;
    this.#endPosition = endPosition;
  }

  readChoice(): Pattern {
    const options = [this.#readSequence()];
    while (this.#tokens[this.#next]?.text === '|') {
      this.#next++;
      options.push(this.#readSequence());
    }
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { type: 'choice', options };
  }

  expectEnd(): void {
    const token = this.#tokens[this.#next];
    if (token !== undefined) throw new SyntaxError(`'${token.text}' at character ${token.position} closes nothing`);
  }

  #readSequence(): Pattern {
    const start = this.#tokens[this.#next];
    const parts: Pattern[] = [];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || token.text === '|' || token.text === ')' || token.text === ']') break;
      this.#next++;
      parts.push(this.#readPart(token));
    }
    if (parts.length === 0) throw new SyntaxError(`words are missing at character ${(start ?? { position: this.#endPosition }).position}`);
    return { type: 'sequence', parts };
  }

  #readPart(token: Token): Pattern {
    if (token.text === '(') return this.#readUntil(')', token);
    if (token.text === '[') return { type: 'optional', part: this.#readUntil(']', token) };
    if (token.text.startsWith('{')) return readSlot(token);
    return { type: 'word', word: readWord(token.text, `at character ${token.position}`) };
  }

  #readUntil(closing: string, opening: Token): Pattern {
    const pattern = this.readChoice();
    const token = this.#tokens[this.#next++];
    if (token?.text !== closing) throw new SyntaxError(`'${opening.text}' at character ${opening.position} is not closed by '${closing}'`);
    return pattern;
  }
}

/**
 * A word as the recogniser's dictionary has it: small letters, with apostrophes.
 *
 * @throws {SyntaxError} It is none; the message ends in `where`.
 */
export function readWord(text: string, where: string): string {
  const word = text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[.,;:!?]+$/, '');
  if (/\d/.test(word)) throw new SyntaxError(`'${text}' ${where} is not a word: write numbers as they are said`);
  if (!/^'?[a-z][a-z']*$/.test(word)) throw new SyntaxError(`'${text}' ${where} is not a word: use letters and apostrophes`);
  return word;
}

function readSlot({ text, position }: Token): Pattern {
  const [, name, slot] = /^\{\s*([A-Za-z]\w*)\s*(?::\s*([A-Za-z]\w*)\s*)?\}$/.exec(text) ?? [];
  if (name === undefined) throw new SyntaxError(`'${text}' at character ${position} is not a slot: write {name} or {name:slot}`);
  return { type: 'slot', name, slot: slot ?? name };
}
