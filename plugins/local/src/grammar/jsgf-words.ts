/**
 * The words that a grammar in JSGF uses, each once, in order.
 *
 * @throws {TypeError} It has no header, or no public rule.
 * @see https://www.w3.org/TR/jsgf/ (JSpeech Grammar Format, 2000): comments, tags in braces, weights between slashes, names in angle brackets.
 */
export function jsgfWords(grammar: string): string[] {
  const bare = grammar.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ' ');
  if (!/^\s*#JSGF\b/.test(bare)) throw new TypeError("a grammar begins with '#JSGF V1.0;'");
  if (!/\bpublic\s*<[^<>]+>\s*=/.test(bare)) throw new TypeError("a grammar has a public rule, such as 'public <top> = yes | no;'");
  const rules = bare
    .replaceAll(/#JSGF[^;]*;|\b(?:grammar|import)\s[^;=]*;/g, ' ')
    .replaceAll(/\{[^}]*\}|\/[\d.]+\//g, ' ')
    .replaceAll(/(?:\bpublic\s*)?<[^<>]*>\s*=/g, ' ')
    .replaceAll(/<[^<>]*>/g, ' ');
  return [...new Set(rules.match(/[^\s()[\]|;*+"]+/g) ?? [])];
}
