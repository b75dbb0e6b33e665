import type { ContentPart } from '../provider/content-part.js';
import type { ConversationItem } from './conversation-item.js';
import { problemOf } from './read-items.js';

export type MessageRole = 'system' | 'developer' | 'user' | 'assistant';

/** What an application writes to add to a conversation. */
export interface MessageInput {
  /** `tool` makes a tool's output. */
  readonly role: MessageRole | 'tool';
  readonly content?: string | readonly ContentPart[] | undefined;
  readonly name?: string | undefined;
  /** Of an assistant: the calls it made with this message. */
  readonly toolCalls?: readonly { readonly callId: string; readonly name: string; readonly argumentsJson: string }[] | undefined;
  /** Of role `tool`: the call that this answers. */
  readonly toolCallId?: string | undefined;
  readonly id?: string | undefined;
  readonly createdAtMs?: number | undefined;
}

/**
 * The items that a message stands for: one, and one more for each tool call of an assistant.
 *
 * @param lastMs Time of the item before it, taken where none is given: it keeps its place.
 * @throws {TypeError} An unknown role, `tool` without `toolCallId`, calls on another role than assistant, or content that is none.
 */
export function itemFromInput(input: MessageInput, lastMs: number): ConversationItem[] {
  const unknown = Object.keys(input).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw new TypeError(`a message has no "${unknown}"; known are ${fields.join(', ')}`);
  const createdAtMs = input.createdAtMs ?? lastMs;
  const base = { id: input.id ?? newItemId(), createdAtMs };
  const content: readonly ContentPart[] =
    typeof input.content === 'string' ? [{ type: 'text', text: input.content }] : (input.content ?? []);
  if (input.role === 'tool') {
    if (input.toolCallId === undefined) throw new TypeError('a message of role "tool" needs toolCallId, the call that it answers');
    return [checked({ ...base, type: 'tool-output', callId: input.toolCallId, name: input.name ?? '', content, isError: false })];
  }
  const { role, name, toolCalls = [] } = input;
  if (!roles.includes(role)) throw new TypeError(`there is no role ${JSON.stringify(role)}; known are ${[...roles, 'tool'].join(', ')}`);
  if (!isList(toolCalls)) throw new TypeError('the "toolCalls" of a message are no list');
  if (toolCalls.length > 0 && role !== 'assistant') throw new TypeError(`only an assistant makes tool calls, not role "${role}"`);
  const calls: ConversationItem[] = toolCalls.map(({ callId, name: toolName, argumentsJson }) =>
    checked({ type: 'tool-call', id: newItemId(), createdAtMs, callId, name: toolName, argumentsJson }),
  );
  if (content.length === 0 && calls.length > 0) return calls;
  return [checked({ ...base, type: 'message', role, content, ...(name === undefined ? {} : { name }) }), ...calls];
}

const fields: readonly string[] = ['role', 'content', 'name', 'toolCalls', 'toolCallId', 'id', 'createdAtMs'];
const isList = (value: unknown): boolean => Array.isArray(value);
const roles: readonly string[] = ['system', 'developer', 'user', 'assistant'];

function checked(item: ConversationItem): ConversationItem {
  const problem = problemOf(item);
  if (problem !== undefined) throw new TypeError(`the message${problem}`);
  return item;
}

/** Ids are unique among all conversations, so that two can be merged. */
const newItemId = (): string => `item-${crypto.randomUUID()}`;
