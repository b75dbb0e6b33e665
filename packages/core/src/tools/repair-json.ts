/** Deeper than any tool's arguments, and a bound on the recursion. */
const maxDepth = 64;

const literals: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
  // Python's, and JavaScript's.
  ['True', true],
  ['False', false],
  ['None', null],
  ['undefined', null],
  ['NaN', null],
]);
const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
]);
/** Opening quotes, by what closes them. */
const quotes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\u{201c}', '\u{201d}'],
  ['\u{2018}', '\u{2019}'],
]);

/**
 * The object or list that a text which is almost JSON means, or undefined if that cannot be told.
 *
 * Mended are the faults that models make: trailing and missing commas, single quotes, keys and texts without quotes, line breaks in texts,
 * comments, Python's literals, missing closers, code fences and words around the JSON, and tokens of a prompt's template (`<|x|>`), which
 * go wherever they stand. Whoever has valid JSON parses that instead: nothing here is meant for it.
 */
export function repairJson(text: string): { readonly value: object } | undefined {
  const plain = text.replaceAll(/<\|[^|<>]*\|>/g, '').trim();
  const start = plain.search(/[{[]/);
  // Members without their braces.
  const source = start >= 0 ? plain.slice(start) : /^["'\w$-]+\s*:/.test(plain) ? `{${plain}}` : undefined;
  if (source === undefined) return undefined;
  try {
    const value = new LenientReader(source).readValue(0);
    return typeof value === 'object' && value !== null ? { value } : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

class LenientReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readValue(depth: number): unknown {
    if (depth > maxDepth) throw new Unreadable();
    this.#skipSpace();
    const first = this.#peek();
    if (first === '{') return this.#readObject(depth);
    if (first === '[') return this.#readList(depth);
    if (quotes.has(first)) return this.#readText(/[,}\]]/);
    const plain = this.#match(/(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z]+)(?=\s*(?:["'/,}\]]|$)|\s+\w+\s*:)/y);
    return bareValue(plain === '' ? this.#readBare(/[,}\]\n]/) : plain);
  }

  #readObject(depth: number): object {
    const entries: [string, unknown][] = [];
    this.#at += 1;
    while (this.#skipToMember('}')) {
      const key = quotes.has(this.#peek()) ? this.#readText(/:/) : this.#readBare(/[:,{}[\]\s]/);
      this.#skipSpace();
      if (this.#peek() !== ':') throw new Unreadable();
      this.#at += 1;
      entries.push([key, this.readValue(depth + 1)]);
    }
    // Defines, where an assignment to "__proto__" would do something else.
    return Object.fromEntries(entries);
  }

  #readList(depth: number): unknown[] {
    const values: unknown[] = [];
    this.#at += 1;
    while (this.#skipToMember(']')) values.push(this.readValue(depth + 1));
    return values;
  }

  /** Past what separates members; false once there are no more: at the closer, which is passed too, at another one, or at the end. */
  #skipToMember(closer: string): boolean {
    this.#skipSpace();
    while (this.#peek() === ',') {
      this.#at += 1;
      this.#skipSpace();
    }
    const next = this.#peek();
    if (next === closer) this.#at += 1;
    return next !== '' && next !== '}' && next !== ']';
  }

  /** @param follows What stands behind a quote that closes; behind any other one the text goes on. */
  #readText(follows: RegExp): string {
    const closer = quotes.get(this.#peek());
    let text = '';
    for (this.#at += 1; this.#peek() !== ''; this.#at += 1) {
      const char = this.#peek();
      if (char === closer && this.#closes(follows)) {
        this.#at += 1;
        return text;
      }
      text += char === '\\' ? this.#readEscape() : char;
    }
    return text;
  }

  /** A quote inside a text that should have been escaped is followed by more of the text. */
  #closes(follows: RegExp): boolean {
    const rest = this.#text.slice(this.#at + 1, this.#at + 64).trimStart();
    return rest === '' || follows.test(rest.charAt(0)) || quotes.has(rest.charAt(0)) || rest.startsWith('/') || rest.startsWith('```');
  }

  #readEscape(): string {
    this.#at += 1;
    const char = this.#peek();
    if (char !== 'u') return escapes.get(char) ?? char;
    const hex = this.#text.slice(this.#at + 1, this.#at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) return char;
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #readBare(end: RegExp): string {
    const from = this.#at;
    while (this.#peek() !== '' && !end.test(this.#peek())) this.#at += 1;
    const text = this.#text.slice(from, this.#at).trim();
    if (text === '') throw new Unreadable();
    return text;
  }

  #skipSpace(): void {
    this.#match(/(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|```)*/y);
  }

  /** Passes what a sticky pattern finds here; empty if it finds nothing. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }
}

function bareValue(text: string): unknown {
  const literal = literals.get(text);
  if (literal !== undefined) return literal;
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}
