import type { ChatItem, ContentPart } from '@parley/core/provider';
import type { HeardItem } from '../../wire/realtime-wire.js';

/** A chat item as the invented vendor takes it; what it has no form for is left out. */
export function heardItem(item: ChatItem): readonly HeardItem[] {
  switch (item.type) {
    case 'message':
      return [{ id: item.id, role: item.role === 'developer' ? 'system' : item.role, text: textOf(item.content) }];
    case 'tool-output':
      return [{ id: item.id, role: 'tool', text: textOf(item.content) }];
    default:
      return [];
  }
}

export const textOf = (content: readonly ContentPart[]): string => content.map((part) => (part.type === 'text' ? part.text : '')).join('');
