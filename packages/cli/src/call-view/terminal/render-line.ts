import { offsetText } from '../call/offset-text.js';
import type { CallLine, LinePart, Tone } from './call-line.js';
import { printableText } from './printable-text.js';

export interface RenderOptions {
  /** Characters in a row, from 40 on; longer lines are folded under their text. */
  readonly columns: number;
  readonly useColors: boolean;
}

/** Select Graphic Rendition parameters: ECMA-48, section 8.3.117; 38;5 are the 256 colours of xterm. */
const codes: Readonly<Record<Tone, string>> = {
  plain: '',
  caller: '1;38;5;75',
  agent: '1;38;5;215',
  tool: '38;5;78',
  dim: '2',
  struck: '2;9',
  problem: '38;5;203',
};

/** Time and label stand before the text: two spaces, eight characters, two spaces, eight characters, two spaces. */
const indent = 22;

/** A line as the terminal shows it, folded, without a line feed at its end. */
export function renderLine({ atMs, label, parts }: CallLine, options: RenderOptions): string {
  const head = `  ${paint({ text: offsetText(atMs).padStart(8), tone: 'dim' }, options)}  ${paint({ ...label, text: label.text.padEnd(8) }, options)}  `;
  return head + fold(parts, options).join(`\n${' '.repeat(indent)}`);
}

/** Folds between words; a word longer than the row stays whole, and the terminal breaks it. */
function fold(parts: readonly LinePart[], options: RenderOptions): readonly string[] {
  const width = Math.max(40, options.columns) - indent;
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const { text, tone } of parts) {
    let piece = '';
    for (const word of marked(text, tone, options).split(/(?<= )/)) {
      if (used > 0 && used + word.trimEnd().length > width) {
        rows.push((row + paint({ text: piece.trimEnd(), tone }, options)).trimEnd());
        row = '';
        piece = '';
        used = 0;
      }
      piece += word;
      used += word.length;
    }
    row += paint({ text: piece, tone }, options);
  }
  return [...rows, row.trimEnd()];
}

/** Without colours, what was never heard stands in brackets. */
function marked(text: string, tone: Tone, { useColors }: RenderOptions): string {
  const printable = printableText(text);
  if (tone !== 'struck' || useColors) return printable;
  return ` [never heard: ${printable.trim()}]`;
}

function paint({ text, tone }: LinePart, { useColors }: RenderOptions): string {
  const code = codes[tone];
  return useColors && code !== '' && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text;
}
