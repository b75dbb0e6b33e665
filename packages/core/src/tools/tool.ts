import type { JsonObject } from '../provider/json.js';
import type { ToolMarks } from '../provider/tool-marks.js';
import type { ToolSpecification } from '../provider/tool-specification.js';
import { confirmParameter } from './on-duplicate.js';
import { type ArgumentsReader, argumentsReader, type ToolArguments, type ToolSchema } from './standard-schema.js';

const brand = Symbol.for('parley.tool');
/** A day: whatever is longer was meant in another unit. */
const longestMs = 86_400_000;

export interface ToolOptions<Schema extends ToolSchema | undefined, Context> extends ToolMarks {
  /** Letters, digits, `_` and `-`, at most 64. Defaults to the key or the method it stands under. */
  readonly name?: string | undefined;
  /** For the model: what it does and when to use it. TypeScript keeps no comments at run time. */
  readonly description: string;
  /** A Standard Schema with JSON Schema (zod 4), or plain JSON Schema, of an object; absent: no parameters. */
  readonly parameters?: Schema;
  /** Its result is what the model reads: text as it is, anything else as JSON. Throw `ToolError` to tell the model what went wrong. */
  readonly execute: (args: ToolArguments<Schema>, context: Context) => unknown;
}

/** A function that the model may call. Made by `tool()`; recognised by its brand, so another copy of core does not matter. */
export interface Tool<Context = never> extends ToolMarks {
  readonly [brand]: true;
  /** Empty until it is given one by the key it stands under. */
  readonly name: string;
  readonly description: string;
  readonly reader: ArgumentsReader;
  readonly execute: (args: unknown, context: Context) => unknown;
}

interface Executor<Context> {
  execute(args: unknown, context: Context): unknown;
}

/**
 * @throws {TypeError} The schema describes no object, the name is not one that vendors take, or `execute` is missing; names the tool.
 */
export function defineTool<const Schema extends ToolSchema | undefined, Context>(options: ToolOptions<Schema, Context>): Tool<Context> {
  checkOptions(options);
  const name = options.name ?? '';
  const shown = name === '' ? '(unnamed)' : name;
  if (typeof options.execute !== 'function') throw new TypeError(`tool "${shown}": execute must be a function`);
  if (typeof options.description !== 'string')
    throw new TypeError(`tool "${shown}": description must be a text that tells the model when to use it`);
  if (name !== '') checkToolName(name);
  checkMarks(options, shown);
  const reader = argumentsReader(options.parameters, shown);
  const properties = reader.jsonSchema['properties'];
  if (options.onDuplicate === 'confirm' && isObject(properties) && Object.hasOwn(properties, confirmParameter)) {
    throw new TypeError(`tool "${shown}": the parameter "${confirmParameter}" is taken by onDuplicate "confirm"; rename yours`);
  }
  // As a method, which may take more than it says: the reader has checked the arguments against the very schema that types them.
  const checked: Executor<Context> = { execute: options.execute };
  return {
    [brand]: true,
    name,
    description: options.description,
    reader,
    execute: (args, context) => checked.execute(args, context),
    ...marksOf(options),
  };
}

/** The marks alone. */
export const marksOf = ({
  irreversible,
  uninterruptible,
  autoRetry,
  background,
  onDuplicate,
  hideOnEnter,
  timeoutMs,
}: ToolMarks): ToolMarks => ({
  irreversible,
  uninterruptible,
  autoRetry,
  background,
  onDuplicate,
  hideOnEnter,
  timeoutMs,
});

const known = ['name', 'description', 'parameters', 'execute', ...Object.keys(marksOf({}))];

/** Plain JavaScript gets here with anything; a mark that is misspelt would be no mark. */
function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('tool: give it an object with "description", "execute" and, if it takes any, "parameters"');
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) throw new TypeError(`tool: there is no option "${unknown}"; known are ${known.join(', ')}`);
}

function checkMarks(marks: ToolMarks, shown: string): void {
  const fault = marksFault(marks);
  if (fault !== undefined) throw new TypeError(`tool "${shown}": ${fault}`);
}

/** What is wrong with the marks, as `background must be true or false`; nothing, if nothing is. */
export function marksFault(marks: ToolMarks): string | undefined {
  const { irreversible, uninterruptible, autoRetry, background, hideOnEnter, onDuplicate, timeoutMs } = marks;
  for (const [mark, value] of Object.entries({ irreversible, uninterruptible, autoRetry, background, hideOnEnter })) {
    if (value !== undefined && typeof value !== 'boolean') return `${mark} must be true or false`;
  }
  if (onDuplicate !== undefined && !['allow', 'reject', 'confirm', 'replace'].includes(onDuplicate))
    return 'onDuplicate must be "allow", "reject", "confirm" or "replace"';
  const isTime = typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= longestMs;
  return timeoutMs === undefined || timeoutMs === null || isTime
    ? undefined
    : 'timeoutMs must be milliseconds, more than 0 and at most a day, or null';
}

export const isTool = (value: unknown): value is Tool<never> => typeof value === 'object' && value !== null && brand in value;

/** What the model is told of a tool. */
export function toolSpecification(tool: Pick<Tool, 'name' | 'description' | 'reader' | 'onDuplicate'>): ToolSpecification {
  const { name, description, reader, onDuplicate } = tool;
  return { name, description, parameters: onDuplicate === 'confirm' ? withConfirmation(reader.jsonSchema) : reader.jsonSchema };
}

const withConfirmation = (schema: JsonObject): JsonObject => ({
  ...schema,
  properties: {
    ...(isObject(schema['properties']) ? schema['properties'] : {}),
    [confirmParameter]: {
      type: 'boolean',
      description: 'Set to true only to run it a second time while a call with the same arguments still runs.',
    },
  },
});

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What every vendor of function calling takes: OpenAI's and Anthropic's rule, `^[a-zA-Z0-9_-]{1,64}$`. @throws {TypeError} */
export function checkToolName(name: string): void {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new TypeError(`tool "${name}": a name has 1 to 64 letters, digits, "_" or "-"`);
  }
}
