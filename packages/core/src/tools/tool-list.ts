import { checkToolName, isTool, type Tool } from './tool.js';

/** Tools by name (the key is the name of one that has none), or a list of tools that have names. */
export type ToolsInput<Context> = Readonly<Record<string, Tool<Context>>> | readonly Tool<Context>[];

const growing = Symbol.for('parley.tools.growing');

/** Marks tools to which others, out of all these, are added while they are in use. */
export const growingTools = <Tools extends object>(tools: Tools, all: readonly Tool[]): Tools =>
  Object.defineProperty(tools, growing, { value: all });

/** Those that are yet to be added, so that their names can be looked at before. */
export function toolsToCome<Context>(input: ToolsInput<Context>): readonly Tool<Context>[] {
  const all: unknown = Reflect.get(input, growing);
  const here = new Set(entries(input).map(([, tool]) => tool));
  return isToolList<Context>(all) ? all.filter((tool) => !here.has(tool)) : [];
}

/** The tools as they are now, so that what is done to the list later changes nothing; those that are meant to grow, as they are given. */
export function ownTools<Context>(input: ToolsInput<Context> | undefined): ToolsInput<Context> {
  const tools = toolList(input);
  return input !== undefined && growing in input ? input : tools;
}

/**
 * The tools with their names, in order.
 *
 * @throws {TypeError} Something is no tool, has no name, or two have the same: names the culprit.
 */
export function toolList<Context>(...inputs: readonly (ToolsInput<Context> | undefined)[]): Tool<Context>[] {
  const tools: Tool<Context>[] = [];
  const names = new Set<string>();
  for (const [key, tool] of inputs.flatMap(entries)) {
    if (!isTool(tool)) throw new TypeError(`tools: "${key}" is not a tool; make it with tool({ description, parameters, execute })`);
    const name = tool.name === '' ? key : tool.name;
    checkToolName(name);
    if (names.has(name)) throw new TypeError(`tools: two tools have the name "${name}"; rename one`);
    names.add(name);
    tools.push(tool.name === name ? tool : { ...tool, name });
  }
  return tools;
}

function entries<Context>(input: ToolsInput<Context> | undefined): [string, Tool<Context>][] {
  if (input === undefined) return [];
  // Plain JavaScript gets here with anything; of a map, which has no keys of its own, nothing would be found.
  if (typeof input !== 'object' || input === null || (!isList(input) && Symbol.iterator in input))
    throw new TypeError('tools: they are given as an object or a list of what tool({ description, parameters, execute }) makes');
  if (!isList(input)) return Object.entries(input);
  return input.map((tool, index) => {
    if (isTool(tool) && tool.name === '') throw new TypeError(`tools[${index}] has no name: give it one, or pass the tools as an object`);
    return [`[${index}]`, tool];
  });
}

const isToolList = <Context>(value: unknown): value is readonly Tool<Context>[] => Array.isArray(value) && value.every(isTool);

/** `Array.isArray` does not narrow a read-only list. */
const isList = <Context>(input: ToolsInput<Context>): input is readonly Tool<Context>[] => Array.isArray(input);
