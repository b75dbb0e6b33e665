const opening = /<think(?:ing)?>/i;
const closing = /<\/think(?:ing)?>/i;
const openings = ['<think>', '<thinking>'];
const closings = ['</think>', '</thinking>'];

/**
 * Leaves out what a model thinks aloud between `<think>` (or `<thinking>`) and its end, as models do that are served without their
 * vendor's own channel for it. Takes the text in pieces of any size. What is never closed is left out to the end; the beginning of a mark
 * that becomes none is text.
 */
export class ReasoningFilter {
  /** What may be the beginning of a mark. */
  #held = '';
  #isInside = false;

  /** Takes the next piece and gives what of the text can be shown. */
  push(piece: string): string {
    // Nearly all text is like this.
    if (this.#held === '' && !this.#isInside && !piece.includes('<')) return piece;
    let rest = this.#held + piece;
    let shown = '';
    for (let mark = this.#nextMark(rest); mark !== null; mark = this.#nextMark(rest)) {
      if (!this.#isInside) shown += rest.slice(0, mark.index);
      rest = rest.slice(mark.index + mark[0].length);
      this.#isInside = !this.#isInside;
    }
    const heldFrom = beginningOfMark(rest, this.#isInside ? closings : openings);
    this.#held = rest.slice(heldFrom);
    return this.#isInside ? shown : shown + rest.slice(0, heldFrom);
  }

  /** The rest, once the text is over. */
  flush(): string {
    const rest = this.#isInside ? '' : this.#held;
    this.#held = '';
    return rest;
  }

  #nextMark(text: string): RegExpExecArray | null {
    return (this.#isInside ? closing : opening).exec(text);
  }
}

/** Where the text's end may be the beginning of one of these marks; its length, if nowhere. */
function beginningOfMark(text: string, marks: readonly string[]): number {
  const from = text.lastIndexOf('<');
  if (from < 0) return text.length;
  const end = text.slice(from).toLowerCase();
  return marks.some((mark) => mark.startsWith(end)) ? from : text.length;
}
