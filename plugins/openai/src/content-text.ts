import type { ContentPart } from '@parley/core/provider';

/** What was said stands for audio; an image that may not stand here is at least named. */
export const plainText = (content: readonly ContentPart[]): string =>
  content.map((part) => (part.type === 'text' ? part.text : part.type === 'audio' ? (part.transcript ?? '[audio]') : '[image]')).join('\n');

export const imageUrl = (part: Extract<ContentPart, { readonly type: 'image' }>): string =>
  part.data instanceof URL ? part.data.href : `data:${part.mediaType};base64,${Buffer.from(part.data).toString('base64')}`;
