import { removeEmoji } from './remove-emoji.js';
import { removeMarkdown } from './remove-markdown.js';

/** Changes what is said, sentence by sentence, and never what the history holds: a filter by name, or a pure function. */
export type TextTransform = 'markdown' | 'emoji' | ((sentence: string) => string);

export const defaultTextTransforms: readonly TextTransform[] = ['markdown', 'emoji'];

/** The sentence as it is to be spoken, after all transforms in their order. */
export function transformText(sentence: string, transforms: readonly TextTransform[]): string {
  let text = sentence;
  for (const transform of transforms) {
    if (transform === 'markdown') text = removeMarkdown(text);
    else if (transform === 'emoji') text = removeEmoji(text);
    else text = transform(text);
  }
  return text;
}
