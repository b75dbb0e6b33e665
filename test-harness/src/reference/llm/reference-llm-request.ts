import type { ChatItem, ContentPart, JsonObject, LLMCapabilities, LLMRequest } from '@parley/core/provider';
import { pcmBytes } from '@parley/core/provider-kit';
import { provider, unsupported } from '../reference-error.js';

/** @throws {APIError} kind `unsupported`: it asks for what is not declared. */
export function checkLLMRequest(request: LLMRequest, capabilities: LLMCapabilities): void {
  const parts = request.chat.flatMap((item) => (item.type === 'message' || item.type === 'tool-output' ? item.content : []));
  if (!capabilities.tools && request.tools.length > 0) throw unsupported('this model calls no tools: give it none');
  if (!capabilities.parallelToolCalls && request.parallelToolCalls === true) throw unsupported('this model makes one call at a time');
  if (!capabilities.images && parts.some(({ type }) => type === 'image')) throw unsupported('this model sees no images: leave them out');
  if (!capabilities.audio && parts.some(({ type }) => type === 'audio')) throw unsupported('this model hears no audio: leave it out');
  if (!capabilities.structuredOutput && request.responseFormat !== undefined) throw unsupported('this model has no structured output');
}

interface Call {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  readonly images?: readonly string[];
  /** 16-bit little-endian, in base64. */
  readonly audio?: readonly string[];
  readonly callId?: string;
  readonly thought?: JsonObject;
  calls?: readonly Call[];
}

/** The request as the invented vendor takes it, for JSON. */
export function llmRequestBody(model: string, request: LLMRequest): object {
  const { chat, tools, toolChoice, parallelToolCalls, responseFormat, providerOptions } = request;
  return {
    model,
    messages: messagesOf(chat),
    tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    ...(toolChoice === 'auto' ? {} : { choice: toolChoice }),
    ...(parallelToolCalls === undefined ? {} : { parallel: parallelToolCalls }),
    ...(responseFormat === undefined ? {} : { format: { ...responseFormat } }),
    ...providerOptions?.[provider],
  };
}

/** What was said and the calls made along with it are one message, each output is another. */
function messagesOf(chat: readonly ChatItem[]): Message[] {
  const messages: Message[] = [];
  let reply: Message | undefined;
  for (const item of chat) {
    if (item.type === 'tool-call') {
      if (reply === undefined) messages.push((reply = { role: 'assistant', text: '' }));
      reply.calls = [...(reply.calls ?? []), { id: item.callId, name: item.name, arguments: item.argumentsJson }];
      continue;
    }
    const message = messageOf(item);
    if (message === undefined) continue;
    reply = item.type === 'message' && item.role === 'assistant' ? message : undefined;
    messages.push(message);
  }
  return messages;
}

function messageOf(item: Exclude<ChatItem, { readonly type: 'tool-call' }>): Message | undefined {
  if (item.type === 'tool-output') return { role: 'tool', callId: item.callId, text: textOf(item.content) };
  if (item.type === 'message') return saidMessage(item);
  const thought = item.providerMetadata[provider];
  // Another provider's.
  return thought === undefined ? undefined : { role: 'assistant', text: '', thought };
}

function saidMessage({ role, content }: Extract<ChatItem, { readonly type: 'message' }>): Message {
  const images = content.flatMap((part) => (part.type === 'image' ? [imageOf(part)] : []));
  const audio = content.flatMap((part) => (part.type === 'audio' ? [audioOf(part)] : []));
  return {
    role: role === 'developer' ? 'system' : role,
    text: textOf(content),
    ...(images.length === 0 ? {} : { images }),
    ...(audio.length === 0 ? {} : { audio }),
  };
}

const imageOf = ({ data, mediaType }: Extract<ContentPart, { readonly type: 'image' }>): string =>
  data instanceof URL ? data.href : `data:${mediaType};base64,${Buffer.from(data).toString('base64')}`;

const audioOf = ({ frames }: Extract<ContentPart, { readonly type: 'audio' }>): string =>
  Buffer.concat(frames.map(({ samples }) => pcmBytes(samples))).toString('base64');

const textOf = (content: readonly ContentPart[]): string =>
  content.flatMap((part) => (part.type === 'text' ? [part.text] : part.type === 'audio' ? [part.transcript ?? ''] : [])).join('\n');
