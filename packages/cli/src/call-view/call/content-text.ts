import type { ConversationItem } from '@parley/core';

type Message = Extract<ConversationItem, { readonly type: 'message' }>;

/** The words of a message: its text parts, and the transcripts of its audio. */
export function contentText(message: Message): string {
  const words = message.content.map((part) => {
    if (part.type === 'text') return part.text;
    return part.type === 'audio' ? (part.transcript ?? '') : '';
  });
  return words.join(' ').trim();
}
