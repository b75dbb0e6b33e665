import { textOf } from './chat-context.js';
import type { ConversationItem } from './conversation-item.js';

/**
 * An item of a conversation in one line: `user: text`, `assistant!: text` if interrupted, `call: name arguments`, `output: text`,
 * `error: text`, `handoff: label`.
 */
export function inShort(item: ConversationItem): string {
  switch (item.type) {
    case 'message':
      return `${item.role}${item.interrupted === true ? '!' : ''}: ${textOf(item.content)}`;
    case 'tool-call':
      return `call: ${item.name} ${item.argumentsJson}`;
    case 'tool-output':
      return `${item.isError ? 'error' : 'output'}: ${textOf(item.content)}`;
    case 'agent-handoff':
      return `handoff: ${item.toAgent}`;
    default:
      return item.type;
  }
}
