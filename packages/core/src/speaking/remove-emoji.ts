/** Pictures, flags and keycaps, with their joiners and skin tones; not the signs that are text by default, such as ©. */
const emoji =
  /(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)\p{Emoji_Modifier}?[\u{E0020}-\u{E007F}]*(?:\u200D(?:\p{Emoji_Presentation}|\p{Extended_Pictographic})\uFE0F?\p{Emoji_Modifier}?)*)+/gu;

/** Where one stood after a blank. */
const gap = '\u0000';

/** The text without emoji, and without the second blank that one leaves between two words, or before a full stop. @see Unicode UTS 51 */
export function removeEmoji(text: string): string {
  return text
    .replaceAll(emoji, (_match, at: number, whole: string) => (whole[at - 1] === ' ' ? gap : ''))
    .replaceAll(/ \u0000(?=[.,!?;:)…])/g, '')
    .replaceAll(/\u0000 ?/g, '');
}
