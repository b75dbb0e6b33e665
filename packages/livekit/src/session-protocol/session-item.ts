import { AgentSession as Protocol } from '@livekit/protocol';
import { type ConversationItem, textOf } from '@parley/core';

type Item = Protocol.ChatContext_ChatItem;

const roles = {
  system: Protocol.ChatRole.SYSTEM,
  developer: Protocol.ChatRole.DEVELOPER,
  user: Protocol.ChatRole.USER,
  assistant: Protocol.ChatRole.ASSISTANT,
} as const;

/** Milliseconds since the epoch, as the protocol has them. */
export const timestamp = (ms: number) => ({ seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.floor((ms % 1000) * 1_000_000) });

/** What the history holds, as the protocol has it. What is a provider's own has no form there: undefined. */
export function sessionItem(item: ConversationItem): Item | undefined {
  switch (item.type) {
    case 'message':
      return new Protocol.ChatContext_ChatItem({
        item: {
          case: 'message',
          value: {
            id: item.id,
            role: roles[item.role],
            content: [{ payload: { case: 'text', value: textOf(item.content) } }],
            interrupted: item.interrupted === true,
            createdAt: timestamp(item.createdAtMs),
          },
        },
      });
    case 'tool-call':
      return new Protocol.ChatContext_ChatItem({
        item: {
          case: 'functionCall',
          value: {
            id: item.id,
            callId: item.callId,
            name: item.name,
            arguments: item.argumentsJson,
            createdAt: timestamp(item.createdAtMs),
          },
        },
      });
    case 'tool-output':
      return toolOutput(item);
    case 'agent-handoff':
      return handoff(item);
    case 'opaque':
      return undefined;
    default:
      return item satisfies never;
  }
}

function toolOutput(item: Extract<ConversationItem, { readonly type: 'tool-output' }>): Item {
  const { id, callId, name, isError } = item;
  const value = { id, callId, name, isError, output: textOf(item.content), createdAt: timestamp(item.createdAtMs) };
  return new Protocol.ChatContext_ChatItem({ item: { case: 'functionCallOutput', value } });
}

function handoff({ id, createdAtMs, fromAgent, toAgent }: Extract<ConversationItem, { readonly type: 'agent-handoff' }>): Item {
  const value = { id, newAgentId: toAgent, createdAt: timestamp(createdAtMs), ...(fromAgent !== undefined && { oldAgentId: fromAgent }) };
  return new Protocol.ChatContext_ChatItem({ item: { case: 'agentHandoff', value } });
}

export const sessionItems = (items: readonly ConversationItem[]): Item[] =>
  items.flatMap((item) => {
    const shown = sessionItem(item);
    return shown === undefined ? [] : [shown];
  });
