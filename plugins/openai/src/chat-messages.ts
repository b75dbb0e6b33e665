import { type ChatItem, type ContentPart } from '@parley/core/provider';
import type OpenAI from 'openai';

type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type UserPart = OpenAI.Chat.Completions.ChatCompletionContentPart;
type AssistantMessage = OpenAI.Chat.Completions.ChatCompletionAssistantMessageParam;

/**
 * The conversation as chat completions take it. What the assistant said and the calls it made along with it are one message there, and
 * each output follows its call. What only another provider understands is left out.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function chatMessages(chat: readonly ChatItem[]): Message[] {
  const messages: Message[] = [];
  let reply: AssistantMessage | undefined;
  for (const item of chat) {
    if (item.type === 'tool-call') {
      reply ??= openReply(messages);
      reply.tool_calls = [
        ...(reply.tool_calls ?? []),
        { id: item.callId, type: 'function', function: { name: item.name, arguments: item.argumentsJson } },
      ];
      continue;
    }
    if (item.type === 'opaque') continue;
    reply = undefined;
    if (item.type === 'tool-output') messages.push({ role: 'tool', tool_call_id: item.callId, content: textOf(item.content) });
    else if (item.role === 'assistant') {
      reply = { role: 'assistant', content: textOf(item.content) };
      messages.push(reply);
    } else messages.push(askedMessage(item));
  }
  return messages;
}

function openReply(messages: Message[]): AssistantMessage {
  const reply: AssistantMessage = { role: 'assistant', content: null };
  messages.push(reply);
  return reply;
}

function askedMessage({ role, content, name }: Extract<ChatItem, { readonly type: 'message' }>): Message {
  const named = name === undefined ? {} : { name };
  if (role === 'system' || role === 'developer') return { role, content: textOf(content), ...named };
  const isPlain = content.every((part) => part.type !== 'image');
  return { role: 'user', content: isPlain ? textOf(content) : content.map(userPart), ...named };
}

function userPart(part: ContentPart): UserPart {
  if (part.type !== 'image') return { type: 'text', text: textOf([part]) };
  const url = part.data instanceof URL ? part.data.href : `data:${part.mediaType};base64,${Buffer.from(part.data).toString('base64')}`;
  return { type: 'image_url', image_url: { url, ...(part.detail === undefined ? {} : { detail: part.detail }) } };
}

/** What was said stands for audio; an image that may not stand here is at least named. */
const textOf = (content: readonly ContentPart[]): string =>
  content.map((part) => (part.type === 'text' ? part.text : part.type === 'audio' ? (part.transcript ?? '[audio]') : '[image]')).join('\n');
