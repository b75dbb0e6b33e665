import { type ChatItem, type ContentPart } from '@parley/core/provider';
import type OpenAI from 'openai';
import { imageUrl, plainText } from './content-text.js';

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
    if (item.type === 'tool-output') messages.push({ role: 'tool', tool_call_id: item.callId, content: plainText(item.content) });
    else if (item.role === 'assistant') {
      reply = { role: 'assistant', content: plainText(item.content) };
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
  if (role === 'system' || role === 'developer') return { role, content: plainText(content), ...named };
  const isPlain = content.every((part) => part.type !== 'image');
  return { role: 'user', content: isPlain ? plainText(content) : content.map(userPart), ...named };
}

function userPart(part: ContentPart): UserPart {
  if (part.type !== 'image') return { type: 'text', text: plainText([part]) };
  return { type: 'image_url', image_url: { url: imageUrl(part), ...(part.detail === undefined ? {} : { detail: part.detail }) } };
}
