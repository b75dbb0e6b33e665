import type { ChatItem } from '../provider/chat-item.js';
import type { ContentPart } from '../provider/content-part.js';
import type { Json } from '../provider/json.js';
import type { ConversationItem } from './conversation-item.js';
import { itemFromInput, type MessageInput, type MessageRole } from './message-input.js';
import { readItems } from './read-items.js';

const brand = Symbol.for('parley.chat-context');

type ItemType = ConversationItem['type'];
type ItemOf<Type extends ItemType> = Extract<ConversationItem, { readonly type: Type }>;

export interface ChatContextData<Tools> {
  /** Whatever the application wants to keep with the conversation: tools by name, usually. */
  readonly tools?: Tools;
  readonly metadata?: Readonly<Record<string, Json>>;
}

/**
 * A conversation, in the order in which it happened. Immutable: each change gives a new one, so that a copy costs nothing and what a
 * model was given stays what it was.
 */
export class ChatContext<Tools = unknown> {
  readonly [brand] = true;
  readonly items: readonly ConversationItem[];
  readonly tools: Tools | undefined;
  readonly metadata: Readonly<Record<string, Json>>;

  private constructor(items: readonly ConversationItem[], data: ChatContextData<Tools>) {
    this.items = items;
    this.tools = data.tools;
    this.metadata = data.metadata ?? {};
  }

  static empty<Tools = unknown>(data: ChatContextData<Tools> = {}): ChatContext<Tools> {
    return new ChatContext<Tools>([], data);
  }

  /** With these items in the order given. */
  static of(items: readonly ConversationItem[]): ChatContext {
    return new ChatContext([...items], {});
  }

  /** Messages only; of one role, if one is named. */
  messages(role?: MessageRole): ItemOf<'message'>[] {
    return this.ofType('message').filter((item) => role === undefined || item.role === role);
  }

  /** Items of one type, such as `tool-call`. */
  ofType<Type extends ItemType>(type: Type): ItemOf<Type>[] {
    return this.items.filter((item): item is ItemOf<Type> => item.type === type);
  }

  /** What a model is given: all but the session's own marks. */
  toModel(): ChatItem[] {
    return this.items.filter((item): item is ChatItem => item.type !== 'agent-handoff');
  }

  get(id: string): ConversationItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  /** A new one that differs in what is given; `messages` replaces the items. */
  copy(changes: ChatContextData<Tools> & { readonly messages?: readonly ConversationItem[] } = {}): ChatContext<Tools> {
    const tools = 'tools' in changes ? changes.tools : this.tools;
    return new ChatContext<Tools>(changes.messages === undefined ? this.items : [...changes.messages], {
      ...(tools === undefined ? {} : { tools }),
      metadata: changes.metadata ?? this.metadata,
    });
  }

  /** A new one with a message (or tool output, for role `tool`; or a whole item) at its end. */
  append(input: MessageInput | ConversationItem): ChatContext<Tools> {
    const made = 'type' in input ? [input] : itemFromInput(input, this.items.at(-1)?.createdAtMs ?? 0);
    return this.copy({ messages: [...this.items, ...made] });
  }

  /** A new one with the items placed by `createdAtMs`, each after those of the same time. */
  insert(...added: readonly ConversationItem[]): ChatContext<Tools> {
    const items = [...this.items];
    for (const item of added) {
      let at = items.length;
      while (at > 0 && (items[at - 1]?.createdAtMs ?? 0) > item.createdAtMs) at -= 1;
      items.splice(at, 0, item);
    }
    return this.copy({ messages: items });
  }

  /** @throws {RangeError} No item has this id. */
  remove(item: string | { readonly id: string }): ChatContext<Tools> {
    const id = typeof item === 'string' ? item : item.id;
    if (this.get(id) === undefined) throw new RangeError(`no item of this conversation has the id ${JSON.stringify(id)}`);
    return this.copy({ messages: this.items.filter((other) => other.id !== id) });
  }

  /**
   * A new one with the last `maxItems` items and the system and developer messages before them. Does not begin with the output of a
   * call that was cut off.
   */
  truncate({ maxItems }: { readonly maxItems: number }): ChatContext<Tools> {
    if (!Number.isInteger(maxItems) || maxItems < 0) throw new RangeError(`maxItems is a whole number from 0 on, not ${maxItems}`);
    const cut = Math.max(0, this.items.length - maxItems);
    const kept = this.items.slice(cut);
    const calls = new Set(kept.flatMap((item) => (item.type === 'tool-call' ? [item.callId] : [])));
    const instructions = this.items
      .slice(0, cut)
      .filter((item) => item.type === 'message' && (item.role === 'system' || item.role === 'developer'));
    return this.copy({ messages: [...instructions, ...kept.filter((item) => item.type !== 'tool-output' || calls.has(item.callId))] });
  }

  /** A new one with the items of the other that this one lacks (by id), placed by time. */
  merge(other: ChatContext<unknown>): ChatContext<Tools> {
    const known = new Set(this.items.map((item) => item.id));
    return this.insert(...other.items.filter((item) => !known.has(item.id)));
  }

  /** Whether both hold the same conversation: ids and times aside. */
  isEquivalent(other: ChatContext<unknown>): boolean {
    return this.items.length === other.items.length && this.items.every((item, index) => essence(item) === essence(other.items[index]));
  }

  /** Plain data, for `JSON.stringify`. Bytes and audio samples become base64. Tools are code, and are left out. */
  toJSON(): Json {
    return { items: this.items.map(plain), metadata: this.metadata };
  }

  /** @throws {TypeError} The data is not what `toJSON` gives; says where. */
  static fromJSON(data: unknown): ChatContext {
    const { items, metadata } = readItems(data);
    return new ChatContext(items, { metadata });
  }
}

/** Text of a message: its text parts and the transcripts of its audio parts, one after another. */
export function textOf(content: readonly ContentPart[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : part.type === 'audio' ? (part.transcript ?? '') : '')).join('');
}

function essence(item: ConversationItem | undefined): string {
  if (item === undefined) return '';
  const { id: _id, createdAtMs: _createdAtMs, ...rest } = item;
  return JSON.stringify(plain(rest));
}

/** As JSON can hold it. */
function plain(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  if (value instanceof Int16Array) return { $samples: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  if (value instanceof URL) return { $url: value.href };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, plain(entry)] as const])));
  }
  // Functions and symbols are not data: nothing that was given as an item holds them.
  return null;
}
