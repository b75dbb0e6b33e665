/**
 * A tag of XML or SSML as language models write it: `<break time="1s"/>`, `<b>`, `</b>`. What only holds a less-than sign (`a < b`, `<3`)
 * is text. Attributes hold no angle brackets. The one group is set where the tag opens or closes nothing: `<break/>`.
 */
const tagSource = String.raw`<(?:\/[A-Za-z][\w:.-]*\s*|[A-Za-z][\w:.-]*(?:\s[^<>]*?)?(\/)?)>`;

/** For a pattern that has to know a tag from a word. Holds one capture group. */
export const tagPattern: RegExp = new RegExp(tagSource, 'g');
const wholeTag = new RegExp(`^${tagSource}$`);
const tagName = /[A-Za-z][\w:.-]*/;
/** The beginning of what may become a tag once there is more text. */
const openTag = /<(?:\/?[A-Za-z][^<>]{0,300}|\/)?$/;

/** Whether the text is one tag and nothing else. */
export const isTag = (text: string): boolean => text.startsWith('<') && wholeTag.test(text);

/** Where a tag begins that the text does not hold to its end; undefined if there is none. */
export function unfinishedTag(text: string): number | undefined {
  return text.includes('<') ? openTag.exec(text)?.index : undefined;
}

/** How many elements the text opens and does not close. `<break/>` is none. */
export function openElements(text: string): number {
  const open: string[] = [];
  if (!text.includes('<')) return 0;
  for (const { 0: tag, 1: empty } of text.matchAll(tagPattern)) {
    const name = tagName.exec(tag)?.[0] ?? '';
    if (!tag.startsWith('</')) {
      if (empty === undefined) open.push(name);
      continue;
    }
    const opened = open.lastIndexOf(name);
    if (opened >= 0) open.length = opened;
  }
  return open.length;
}

/** Stands where a tag stood after a blank, or at the beginning. */
const gap = '\u0000';
/** Stands where a tag stood that is a pause or the like: words on both sides of it stay apart. */
const pause = '\u0001';

/**
 * The text without its tags, as it is read: one blank stays where a tag stood between two, and none before a full stop.
 *
 * @param text May end in the midst of a tag, which then is left out too if `isPartial`.
 */
export function removeMarkup(text: string, { isPartial = false }: { readonly isPartial?: boolean } = {}): string {
  if (!text.includes('<')) return text;
  const whole = isPartial ? text.slice(0, unfinishedTag(text)) : text;
  return whole
    .replaceAll(tagPattern, (_tag, empty: string | undefined, at: number) =>
      at === 0 || /\s/.test(whole.charAt(at - 1)) ? gap : empty === undefined ? '' : pause,
    )
    .replaceAll(/(?<=[\p{L}\p{N}])\u0001+(?=[\p{L}\p{N}])/gu, ' ')
    .replaceAll('\u0001', '')
    .replaceAll(/[ \t]\u0000+(?=[.,!?;:)…]|$)/g, '')
    .replaceAll(/\u0000[ \t]?/g, '');
}
