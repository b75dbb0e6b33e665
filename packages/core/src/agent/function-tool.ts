import type { ToolMarks } from '../provider/tool-marks.js';
import { checkToolName, type Tool } from '../tools/tool.js';
import type { ToolArguments, ToolSchema } from '../tools/standard-schema.js';
import type { RunContext } from './session.js';
import { tool } from './tool.js';

export interface FunctionToolOptions<Schema extends ToolSchema | undefined> extends ToolMarks {
  /** Defaults to the method's name. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly parameters?: Schema;
}

type Method<This, Args> = (this: This, args: Args, context: RunContext) => unknown;
type Decorator<Schema extends ToolSchema | undefined> = <This extends object>(
  method: Method<This, ToolArguments<Schema>>,
  context: ClassMethodDecoratorContext<This, Method<This, ToolArguments<Schema>>>,
) => void;

/** Tools that decorators have found, by method, by the object they belong to. Node 20 has no `Symbol.metadata` to keep them in. */
const toolsOf = new WeakMap<object, Map<string | symbol, Tool<RunContext>>>();

/** The tools that `@functionTool` marks on this object's methods, in the order of their definition. */
export const functionToolsOf = (owner: object): readonly Tool<RunContext>[] => [...(toolsOf.get(owner)?.values() ?? [])];

/**
 * Makes a method of an agent a tool of it: `@functionTool`, or with options, `@functionTool({ description, parameters })`. A standard
 * (TC39) decorator. A bare one takes no parameters, and its name has to say what it does. A subclass that overrides the method overrides what
 * the tool does; marked again, the tool itself.
 *
 * @throws {TypeError} The method is static or private.
 */
export function functionTool<This extends object>(
  method: Method<This, Record<string, never>>,
  context: ClassMethodDecoratorContext<This, Method<This, Record<string, never>>>,
): void;
export function functionTool<const Schema extends ToolSchema | undefined = undefined>(
  options: FunctionToolOptions<Schema>,
): Decorator<Schema>;
export function functionTool<const Schema extends ToolSchema | undefined = undefined>(
  ...input:
    | readonly [FunctionToolOptions<Schema>]
    | readonly [Method<object, ToolArguments<Schema>>, ClassMethodDecoratorContext<object, Method<object, ToolArguments<Schema>>>]
): Decorator<Schema> | void {
  if (input.length === 2) return register(input[1], {});
  const [options] = input;
  return (_method, context) => register(context, options);
}

function register<This extends object, Schema extends ToolSchema | undefined>(
  context: ClassMethodDecoratorContext<This, Method<This, ToolArguments<Schema>>>,
  options: FunctionToolOptions<Schema>,
): void {
  const methodName = String(context.name);
  if (context.static || context.private) {
    throw new TypeError(
      `@functionTool: "${methodName}" is ${context.static ? 'static' : 'private'}; a tool is a public method of the agent's instance`,
    );
  }
  const name = options.name ?? methodName;
  checkToolName(name);
  context.addInitializer(function (this: This) {
    const made = tool<Schema>({
      ...options,
      name,
      description: options.description ?? inWords(name),
      // Looked up on each call: a subclass may have overridden it.
      execute: (args, runContext) => Reflect.apply(context.access.get(this), this, [args, runContext]),
    });
    const tools = toolsOf.get(this) ?? new Map<string | symbol, Tool<RunContext>>();
    toolsOf.set(this, tools.set(context.name, made));
  });
}

/** `bookTable` as "book table". */
const inWords = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
