import type { ChatItem } from '../provider/chat-item.js';
import type { Json } from '../provider/json.js';
import type { LLM } from '../provider/llm.js';
import type { ConversationItem } from './conversation-item.js';
import { itemFromInput, type MessageInput, type MessageRole } from './message-input.js';
import { plain } from './plain-data.js';
import { problemOf, readItems } from './read-items.js';
import { summarizeItems, type SummarizeOptions } from './summarize-items.js';
import { isSummary } from './summary-mark.js';

export { textOf } from './text-of.js';

const brand = Symbol.for('parley.chat-context');

type ItemType = ConversationItem['type'];
type ItemOf<Type extends ItemType> = Extract<ConversationItem, { readonly type: Type }>;

export interface ChatContextData<Tools> {
  /** Whatever the application wants to keep with the conversation: tools by name, usually. */
  readonly tools?: Tools;
  readonly metadata?: Readonly<Record<string, Json>>;
}

/** What was worked out of the items, and holds for a conversation that was made from it by adding to its end. */
interface LookUp {
  /** Shared by all that were made from one by adding: an id that is not in it is in none of them, and one that is may be in another. */
  readonly ids?: Set<string>;
  readonly forModel?: readonly ChatItem[];
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
  /** Looked for in a conversation of a thousand items at each turn, both would touch every one of them. */
  #lookUp: LookUp;

  private constructor(items: readonly ConversationItem[], data: ChatContextData<Tools>, lookUp: LookUp = {}) {
    this.#lookUp = lookUp;
    this.items = Object.freeze(items);
    this.tools = data.tools;
    this.metadata = data.metadata ?? {};
  }

  /** @throws {TypeError} There is something else among the data. */
  static empty<Tools = unknown>(data: ChatContextData<Tools> = {}): ChatContext<Tools> {
    checkFields('ChatContext.empty', data, ['tools', 'metadata']);
    return new ChatContext<Tools>([], data);
  }

  /**
   * With these items in the order given.
   *
   * @throws {TypeError} One of them is none. @throws {RangeError} Two of them have the same id.
   */
  static of(items: readonly ConversationItem[]): ChatContext {
    checkList('ChatContext.of', items);
    for (const item of items) checkItem(item);
    checkIds(items);
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
    const forModel = this.#lookUp.forModel ?? this.items.filter(isForModel);
    this.#lookUp = { ...this.#lookUp, forModel };
    return [...forModel];
  }

  get(id: string): ConversationItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  /**
   * A new one that differs in what is given; `messages` replaces the items, in the order given.
   *
   * @throws {TypeError} A message is not what it must be.
   * @throws {RangeError} Two items have the same id.
   */
  copy(changes: ChatContextData<Tools> & { readonly messages?: readonly (MessageInput | ConversationItem)[] } = {}): ChatContext<Tools> {
    checkFields('copy', changes, ['messages', 'tools', 'metadata']);
    const items = changes.messages === undefined ? this.items : replacing(changes.messages);
    const tools = 'tools' in changes ? changes.tools : this.tools;
    return new ChatContext<Tools>(items, { ...(tools === undefined ? {} : { tools }), metadata: changes.metadata ?? this.metadata });
  }

  /**
   * A new one with a message (or tool output, for role `tool`; or a whole item) at its end.
   *
   * @throws {TypeError} It is not what it must be.
   * @throws {RangeError} There is an item with its id.
   */
  append(input: MessageInput | ConversationItem): ChatContext<Tools> {
    const items = itemsOf(input, this.items.at(-1)?.createdAtMs ?? 0);
    for (const item of items) this.#checkNew(item);
    return this.#with([...this.items, ...items]);
  }

  /**
   * A new one with the items placed by `createdAtMs`, each after those of the same time.
   *
   * @throws {TypeError} One of them is none. @throws {RangeError} There is an item with its id.
   */
  insert(...added: readonly ConversationItem[]): ChatContext<Tools> {
    const items = [...this.items];
    const ids = this.#lookUp.ids ?? new Set(items.map(({ id }) => id));
    this.#lookUp = { ...this.#lookUp, ids };
    let isAtEnd = true;
    for (const item of added) {
      checkItem(item);
      if (ids.has(item.id) && items.some(({ id }) => id === item.id)) throw knownId(item.id);
      ids.add(item.id);
      let at = items.length;
      while (at > 0 && (items[at - 1]?.createdAtMs ?? 0) > item.createdAtMs) at -= 1;
      isAtEnd &&= at === items.length;
      items.splice(at, 0, item);
    }
    const { forModel } = this.#lookUp;
    return this.#with(items, { ids, ...(isAtEnd && forModel !== undefined && { forModel: [...forModel, ...added.filter(isForModel)] }) });
  }

  /** @throws {RangeError} No item has this id. */
  remove(item: string | { readonly id: string }): ChatContext<Tools> {
    const id: unknown = typeof item === 'string' ? item : Reflect.get(Object(item), 'id');
    if (typeof id !== 'string' || this.get(id) === undefined)
      throw new RangeError(`no item of this conversation has the id ${JSON.stringify(id)}`);
    return this.#with(this.items.filter((other) => other.id !== id));
  }

  /**
   * A new one with the last `maxItems` items, and from before them the system and developer messages and a summary. Holds no output
   * whose call was cut off.
   *
   * @throws {RangeError} `maxItems` is no whole number from 0 on.
   */
  truncate(options: { readonly maxItems: number }): ChatContext<Tools> {
    checkFields('truncate', options, ['maxItems']);
    const { maxItems } = options;
    if (!Number.isInteger(maxItems) || maxItems < 0) throw new RangeError(`maxItems is a whole number from 0 on, not ${maxItems}`);
    const cut = Math.max(0, this.items.length - maxItems);
    const kept = this.items.slice(cut);
    const calls = new Set(kept.flatMap((item) => (item.type === 'tool-call' ? [item.callId] : [])));
    const before = this.items.slice(0, cut).filter((item) => isSummary(item) || isInstruction(item));
    return this.#with([...before, ...kept.filter((item) => item.type !== 'tool-output' || calls.has(item.callId))]);
  }

  /**
   * A new one in which all but the last turns are replaced by one message of the assistant that says what was said in them. Instructions
   * and hand-offs stay; an earlier summary goes into the new one. This one, where there is nothing to be summarised.
   *
   * @param options `keepTurns` turns at the end stay as they are (default 2); a turn begins with what the user said.
   * @throws {RangeError} `keepTurns` is no whole number from 0 on.
   * @throws {APIError} The model failed, took longer than `timeoutMs` (default 30,000), or said nothing.
   */
  async summarize(llm: LLM, options: SummarizeOptions = {}): Promise<ChatContext<Tools>> {
    const items = await summarizeItems(this.items, llm, options);
    return items === this.items ? this : this.#with(items);
  }

  /**
   * A new one with the items of the other that this one lacks (by id), placed by time. Tools and metadata stay this one's.
   *
   * @throws {TypeError} The other is no conversation.
   */
  merge(other: ChatContext<unknown>): ChatContext<Tools> {
    if (!isChatContext(other)) throw new TypeError('merge: what is to be merged is no conversation');
    const known = new Set(this.items.map((item) => item.id));
    return this.insert(...other.items.filter((item) => !known.has(item.id)));
  }

  /** Whether both hold the same conversation: ids and times aside. */
  isEquivalent(other: ChatContext<unknown>): boolean {
    if (!isChatContext(other)) return false;
    return this.items.length === other.items.length && this.items.every((item, index) => essence(item) === essence(other.items[index]));
  }

  #with(items: readonly ConversationItem[], lookUp?: LookUp): ChatContext<Tools> {
    const data = { ...(this.tools === undefined ? {} : { tools: this.tools }), metadata: this.metadata };
    return new ChatContext<Tools>(items, data, lookUp);
  }

  #checkNew({ id }: ConversationItem): void {
    if (this.get(id) !== undefined) throw knownId(id);
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

/** The items that an input stands for: an assistant's calls are items of their own. */
function itemsOf(input: MessageInput | ConversationItem, lastMs: number): readonly ConversationItem[] {
  if (typeof input !== 'object' || input === null)
    throw new TypeError('a conversation is made of messages, { role, content }, and of items, which have a type');
  if (!('type' in input)) return itemFromInput(input, lastMs);
  checkItem(input);
  return [input];
}

function checkItem(item: unknown): void {
  const problem = problemOf(item);
  if (problem !== undefined) throw new TypeError(`the item${problem}`);
}

function checkList(method: string, list: unknown): void {
  if (!Array.isArray(list)) throw new TypeError(`${method}: the items are no list`);
}

/** Plain JavaScript gets here with anything; what is misspelt would be lost. */
function checkFields(method: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) throw new TypeError(`${method}: give an object with ${known.join(', ')}`);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${method}: there is no "${unknown}"; known are ${known.join(', ')}`);
}

const isForModel = (item: ConversationItem): item is ChatItem => item.type !== 'agent-handoff';

const knownId = (id: string): RangeError => new RangeError(`this conversation has an item with the id ${JSON.stringify(id)} already`);

function replacing(messages: readonly (MessageInput | ConversationItem)[]): readonly ConversationItem[] {
  checkList('copy', messages);
  const items: ConversationItem[] = [];
  for (const message of messages) items.push(...itemsOf(message, items.at(-1)?.createdAtMs ?? 0));
  checkIds(items);
  return items;
}

function checkIds(items: readonly ConversationItem[]): void {
  const ids = new Set<string>();
  for (const { id } of items) {
    if (ids.has(id)) throw new RangeError(`two items have the id ${JSON.stringify(id)}`);
    ids.add(id);
  }
}

const isInstruction = (item: ConversationItem): boolean => item.type === 'message' && (item.role === 'system' || item.role === 'developer');

function essence(item: ConversationItem | undefined): string {
  if (item === undefined) return '';
  const { id: _id, createdAtMs: _createdAtMs, ...rest } = item;
  return JSON.stringify(plain(rest));
}

/** Holds for conversations of another installed copy too. */
export const isChatContext = (value: unknown): value is ChatContext => typeof value === 'object' && value !== null && brand in value;
