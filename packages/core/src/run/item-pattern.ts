import { textOf } from '../chat/chat-context.js';
import { inShort } from '../chat/in-short.js';
import { checkFields } from './check-fields.js';
import type { RunItem } from './run-record.js';

export interface MessagePattern {
  readonly role?: 'user' | 'assistant' | 'system' | 'developer' | undefined;
  /** The whole text, or an expression that is found in it. */
  readonly text?: string | RegExp | undefined;
  /** It was cut off. */
  readonly interrupted?: boolean | undefined;
}

export interface ToolCallPattern {
  readonly name?: string | undefined;
  /** Among those given; objects within may have more, too. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
}

export interface ToolOutputPattern {
  /** Of the tool. */
  readonly name?: string | undefined;
  /** The whole text, or an expression that is found in it. */
  readonly output?: string | RegExp | undefined;
  readonly isError?: boolean | undefined;
}

export interface HandoffPattern {
  /** Label of the agent that left. */
  readonly from?: string | undefined;
  /** Label of the agent that took over. */
  readonly to?: string | undefined;
}

/** What an item is expected to be. */
export type ItemPattern =
  | ({ readonly type: 'message' } & MessagePattern)
  | ({ readonly type: 'tool-call' } & ToolCallPattern)
  | ({ readonly type: 'tool-output' } & ToolOutputPattern)
  | ({ readonly type: 'agent-handoff' } & HandoffPattern);

const fieldsOf: Readonly<Record<ItemPattern['type'], readonly string[]>> = {
  message: ['role', 'text', 'interrupted'],
  'tool-call': ['name', 'arguments'],
  'tool-output': ['name', 'output', 'isError'],
  'agent-handoff': ['from', 'to'],
};

/** @throws {TypeError} There is no such type of an event: names it. */
export function checkPatternType(owner: string, type: unknown): void {
  const known = Object.keys(fieldsOf);
  if (typeof type === 'string' && Object.hasOwn(fieldsOf, type)) return;
  throw new TypeError(`${owner}: the type is ${JSON.stringify(type)}; it must be one of "${known.join('", "')}"`);
}

/** @throws {TypeError} There is no such type, or it has no such field: names it. */
export function checkPattern(owner: string, pattern: ItemPattern): void {
  checkPatternType(owner, pattern.type);
  checkFields(owner, pattern, ['type', ...fieldsOf[pattern.type]]);
}

/** Whether the item is as expected: whatever the pattern leaves out may be anything. */
export function matchesPattern(item: RunItem, pattern: ItemPattern): boolean {
  if (item.type === 'message' && pattern.type === 'message') {
    const { role, text, interrupted } = pattern;
    return same(item.role, role) && fits(textOf(item.content), text) && same(item.interrupted === true, interrupted);
  }
  if (item.type === 'tool-call' && pattern.type === 'tool-call') {
    return same(item.name, pattern.name) && (pattern.arguments === undefined || includes(parsed(item.argumentsJson), pattern.arguments));
  }
  if (item.type === 'tool-output' && pattern.type === 'tool-output') {
    return same(item.name, pattern.name) && fits(textOf(item.content), pattern.output) && same(item.isError, pattern.isError);
  }
  if (item.type === 'agent-handoff' && pattern.type === 'agent-handoff') {
    return same(item.fromAgent, pattern.from) && same(item.toAgent, pattern.to);
  }
  return false;
}

const names = { message: 'a message', 'tool-call': 'a tool call', 'tool-output': 'a tool output', 'agent-handoff': 'a hand-off' } as const;

/** The pattern in words: `a tool call with name "book", arguments {"day":"monday"}`. */
export function describePattern({ type, ...fields }: ItemPattern): string {
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${shown(value)}`]));
  return given.length === 0 ? names[type] : `${names[type]} with ${given.join(', ')}`;
}

/** The item in words: `a tool call: book {"day":"monday"}`. */
export const describeItem = (item: RunItem): string => `${names[item.type]}: ${inShort(item).replace(/^(call|output|handoff): /u, '')}`;

const shown = (value: unknown): string => (value instanceof RegExp ? String(value) : JSON.stringify(value));
const same = (value: unknown, wanted: unknown): boolean => wanted === undefined || value === wanted;
const fits = (text: string, wanted: string | RegExp | undefined): boolean =>
  wanted === undefined || (typeof wanted === 'string' ? text === wanted : text.search(wanted) >= 0);

function parsed(json: string): unknown {
  try {
    return json.trim() === '' ? {} : JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Lists must be alike in length; objects may have more than is wanted. */
function includes(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(wanted) && (!Array.isArray(value) || value.length !== wanted.length)) return false;
  return Object.entries(wanted).every(([name, entry]) => includes(Reflect.get(value, name), entry));
}
