/** A character that makes `_` part of a word: `snake_case`, `x_1`. */
const inWord = String.raw`[\p{L}\p{N}_]`;

/** Stands before a text that does not begin its line. No mark, and no part of a word. */
const midLine = '\u0001';

/** In this order: whole lines first, then what stands in them, links before the emphasis around them. */
const lineRules: readonly (readonly [RegExp, string])[] = [
  // A line of ---, *** or ___, also spaced out: a break, not text.
  [/^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})(?:\n|$)/gm, ''],
  [/^ {0,3}(?:```|~~~).*(?:\n|$)/gm, ''],
  [/^ {0,3}#{1,6}[ \t]+/gm, ''],
  [/^[ \t]*(?:>[ \t]?)+/gm, ''],
  // But not a break that is indented too far to be one: all of it stays.
  [/^(?![ \t]*(?:[-*_][ \t]*){3,}$)[ \t]*[-*+][ \t]+/gm, ''],
];
const inlineRules: readonly (readonly [RegExp, string])[] = [
  // An image, a link. The address may hold one pair of brackets of its own.
  [/!?\[([^[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+"[^"]*")?\)/g, '$1'],
  [/~~(?=\S)(?:(?!~~).)*\S~~ ?/gs, ''],
  [/(?<!`)(`{1,2})(?!`)([^`\n]+)\1(?!`)/g, '$2'],
  // Between two digits it is a product.
  [/(?<!\*)(?!(?<=\d)\*{1,3}\d)(\*{1,3})(?![\s*])((?:(?!\1)[^\n])*?[^\s*])\1(?!\*)/gu, '$2'],
  [new RegExp(String.raw`(?<!${inWord})(_{1,2})(?![\s_])([^\n]*?[^\s_])\1(?!${inWord})`, 'gu'), '$2'],
];

/** A mark that begins something: emphasis, code, struck-out text, a link. Not what stands between two words or before a blank. */
const openMark =
  /(?:(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}*])\*{1,3}|(?<![\p{L}\p{N}_])_{1,2}|~~|(?<!`)`{1,2}|\[)(?=[\p{L}\p{N}"'“‘([$€£¥])/u;
const anyMark = /[*_~`[]/;

/** Whether marks are opened that the text does not close: more text may. */
export const opensMarkdown = (text: string): boolean => anyMark.test(text) && openMark.test(removeMarkdown(text));

/** Emphasis within emphasis within a list: deeper does not occur in speech. */
const deepestNesting = 4;

/**
 * The text without the marks of Markdown, which nobody wants read out: emphasis, headings, bullets, quotes, code marks; a link becomes its
 * text, an image its description, struck-out text goes. Marks that are not closed, or stand for something else (`a * b`, `*.ts`,
 * `2*3*4`, `snake_case`), stay.
 *
 * @param startsLine False if the text stands in the midst of a line, where `# ` is no heading.
 * @see CommonMark 0.31, of which this is the part that language models write.
 */
export function removeMarkdown(text: string, startsLine = true): string {
  let result = startsLine ? text : `${midLine}${text}`;
  for (const [pattern, replacement] of lineRules) result = result.replaceAll(pattern, replacement);
  for (let depth = 0; depth < deepestNesting; depth += 1) {
    const before = result;
    for (const [pattern, replacement] of inlineRules) result = result.replaceAll(pattern, replacement);
    if (result === before) break;
  }
  return startsLine ? result : result.slice(midLine.length);
}
