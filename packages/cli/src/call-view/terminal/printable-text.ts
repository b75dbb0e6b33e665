/**
 * Text without what a terminal would obey: control characters (an escape sequence begins with one) and marks that turn the direction of
 * writing become spaces.
 */
export function printableText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ');
}
