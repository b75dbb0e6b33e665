import type { ChatItem, ContentPart, JsonObject } from '@parley/core/provider';
import type OpenAI from 'openai';
import { imageUrl, plainText } from './content-text.js';

type InputItem = OpenAI.Responses.ResponseInputItem;
type ReasoningItem = OpenAI.Responses.ResponseReasoningItem;

/**
 * The conversation as the Responses API takes it. What the model thought before comes back as it was given, encrypted; what only another
 * provider understands is left out.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export const responsesInput = (chat: readonly ChatItem[]): InputItem[] => chat.flatMap(inputItems);

function inputItems(item: ChatItem): InputItem[] {
  switch (item.type) {
    case 'tool-call':
      return [{ type: 'function_call', call_id: item.callId, name: item.name, arguments: item.argumentsJson }];
    case 'tool-output':
      return [{ type: 'function_call_output', call_id: item.callId, output: plainText(item.content) }];
    case 'opaque':
      return reasoningItems(item.providerMetadata['openai']);
    case 'message':
      if (item.role === 'assistant') return [{ role: 'assistant', content: plainText(item.content) }];
      return [{ role: item.role, content: item.content.map(inputPart) }];
    default:
      return item satisfies never;
  }
}

function inputPart(part: ContentPart): OpenAI.Responses.ResponseInputContent {
  if (part.type !== 'image') return { type: 'input_text', text: plainText([part]) };
  return { type: 'input_image', image_url: imageUrl(part), detail: part.detail ?? 'auto' };
}

/** What the model thought, to be given back with the next request: nothing is kept at the vendor. */
export function reasoningMetadata({ id, summary, encrypted_content: encrypted }: ReasoningItem): JsonObject | undefined {
  if (typeof encrypted !== 'string') return undefined;
  return { reasoning: { id, encrypted, summary: summary.map(({ text }) => text) } };
}

function reasoningItems(metadata: JsonObject | undefined): InputItem[] {
  const reasoning = metadata?.['reasoning'];
  if (typeof reasoning !== 'object' || reasoning === null) return [];
  const id: unknown = Reflect.get(reasoning, 'id');
  const encrypted: unknown = Reflect.get(reasoning, 'encrypted');
  const summary: unknown = Reflect.get(reasoning, 'summary');
  if (typeof id !== 'string' || typeof encrypted !== 'string') return [];
  const texts = Array.isArray(summary) ? summary.filter((text) => typeof text === 'string') : [];
  return [{ type: 'reasoning', id, encrypted_content: encrypted, summary: texts.map((text) => ({ type: 'summary_text', text })) }];
}
