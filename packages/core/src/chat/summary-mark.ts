import type { ProviderMetadata } from '../provider/provider-metadata.js';
import type { ConversationItem } from './conversation-item.js';

/** Marks the message that stands for a part of a conversation. No provider is called `parley`: none reads it. */
export const summaryMark: ProviderMetadata = { parley: { isSummary: true } };

/** Whether the item is such a message. */
export const isSummary = (item: ConversationItem): boolean =>
  item.type === 'message' && item.providerMetadata?.['parley']?.['isSummary'] === true;
