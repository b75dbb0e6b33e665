import type { ToolSpecification } from '../provider/tool-specification.js';
import { type ArgumentsReader, argumentsReader, type ToolArguments, type ToolSchema } from './standard-schema.js';

const brand = Symbol.for('parley.tool');

/** How a tool wants to be treated. */
export interface ToolMarks {
  /** Doing it twice does harm: it is never tried again by itself. */
  readonly irreversible?: boolean | undefined;
  /** An interruption does not abort it: it runs to its end. */
  readonly uninterruptible?: boolean | undefined;
  /** After a retryable failure up to two further tries, 100 and 500 ms later. Default true. */
  readonly autoRetry?: boolean | undefined;
}

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
  const name = options.name ?? '';
  const shown = name === '' ? '(unnamed)' : name;
  if (typeof options.execute !== 'function') throw new TypeError(`tool "${shown}": execute must be a function`);
  if (typeof options.description !== 'string')
    throw new TypeError(`tool "${shown}": description must be a text that tells the model when to use it`);
  if (name !== '') checkToolName(name);
  const { irreversible, uninterruptible, autoRetry } = options;
  // As a method, which may take more than it says: the reader has checked the arguments against the very schema that types them.
  const checked: Executor<Context> = { execute: options.execute };
  return {
    [brand]: true,
    name,
    description: options.description,
    reader: argumentsReader(options.parameters, shown),
    execute: (args, context) => checked.execute(args, context),
    irreversible,
    uninterruptible,
    autoRetry,
  };
}

export const isTool = (value: unknown): value is Tool<never> => typeof value === 'object' && value !== null && brand in value;

export function toolSpecification(tool: Pick<Tool, 'name' | 'description' | 'reader'>): ToolSpecification {
  return { name: tool.name, description: tool.description, parameters: tool.reader.jsonSchema };
}

/** What every vendor of function calling takes: OpenAI's and Anthropic's rule, `^[a-zA-Z0-9_-]{1,64}$`. @throws {TypeError} */
export function checkToolName(name: string): void {
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new TypeError(`tool "${name}": a name has 1 to 64 letters, digits, "_" or "-"`);
  }
}
