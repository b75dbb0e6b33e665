import type { ChatItem, ContentPart } from '@parley/core/provider';

/** What a tool has brought. */
export type ToolOutput = Extract<ChatItem, { readonly type: 'tool-output' }>;

/** What a reply is to answer. */
export type PendingTurn =
  /** What the caller has said since the agent's last words. */
  | { readonly type: 'user'; readonly text: string }
  /** What tools have brought since then, and what the caller had said to have them called. */
  | { readonly type: 'tools'; readonly outputs: readonly ToolOutput[]; readonly userText: string }
  /** Nothing is unanswered: a reply is asked for all the same. */
  | { readonly type: 'nothing' };

/** Reads a conversation from its end. Messages of the roles `system` and `developer` are for a language model, and are passed over. */
export function pendingTurn(chat: readonly ChatItem[]): PendingTurn {
  const items = chat.filter(
    (item) => !(item.type === 'message' && (item.role === 'system' || item.role === 'developer')) && item.type !== 'opaque',
  );
  const lastOther = items.findLastIndex((item) => item.type !== 'tool-output');
  const outputs = items.slice(lastOther + 1).filter((item) => item.type === 'tool-output');
  // Between what the caller said and the outputs stand the calls, and what was said along with them.
  if (outputs.length > 0)
    return {
      type: 'tools',
      outputs,
      userText: userTextBefore(items, items.findLastIndex((item) => item.type === 'message' && item.role === 'user') + 1),
    };
  const last = items.at(-1);
  if (last?.type === 'message' && last.role === 'user') return { type: 'user', text: userTextBefore(items, items.length) };
  return { type: 'nothing' };
}

/** The caller's messages that stand together and end before an index, as one text. */
function userTextBefore(items: readonly ChatItem[], end: number): string {
  const before = items.slice(0, end);
  const start = before.findLastIndex((item) => !(item.type === 'message' && item.role === 'user')) + 1;
  return before
    .slice(start)
    .map((item) => (item.type === 'message' ? textOf(item.content) : ''))
    .join(' ');
}

/** The words of some content; of audio, its transcript. */
export function textOf(content: readonly ContentPart[]): string {
  return content
    .map((part) => (part.type === 'text' ? part.text : part.type === 'audio' ? (part.transcript ?? '') : ''))
    .join(' ')
    .trim();
}
