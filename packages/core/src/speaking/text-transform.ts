import { removeMarkup } from '../text/markup.js';
import { removeEmoji } from './remove-emoji.js';
import { removeMarkdown } from './remove-markdown.js';

/**
 * Changes what is said, sentence by sentence, and never what the history holds: a filter by name, or a pure function. `markup` leaves out
 * the tags of XML and SSML, for a TTS that would read them aloud.
 */
export type TextTransform = 'markdown' | 'emoji' | 'markup' | ((sentence: string) => string);

export const defaultTextTransforms: readonly TextTransform[] = ['markdown', 'emoji'];

/**
 * The sentence as it is to be spoken, after all transforms in their order.
 *
 * @param startsLine False if it stands in the midst of a line: then its first signs are no heading and no bullet.
 */
export function transformText(sentence: string, transforms: readonly TextTransform[], startsLine = true): string {
  let text = sentence;
  for (const transform of transforms) {
    if (transform === 'markdown') text = removeMarkdown(text, startsLine);
    else if (transform === 'emoji') text = removeEmoji(text);
    else if (transform === 'markup') text = removeMarkup(text);
    else text = transform(text);
  }
  return text;
}
