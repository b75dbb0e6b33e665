import type { JsonObject } from '../provider/json.js';
import { type Tool, toolSpecification } from '../tools/tool.js';
import { ToolError } from '../tools/tool-errors.js';
import { growingTools, type ToolsInput, toolList } from '../tools/tool-list.js';
import type { RunContext } from './session.js';
import { tool } from './tool.js';

/** Tools that belong together, by a name for the group. */
export type ToolGroups = Readonly<Record<string, ToolsInput<RunContext>>>;

/** At most so many are shown for one search. */
const mostFound = 10;

const query: JsonObject = {
  type: 'object',
  properties: { query: { type: 'string', description: 'Words for what is wanted.' } },
  required: ['query'],
  additionalProperties: false,
};

/**
 * For an agent with more tools than a model does well with: it is offered one tool, with which it looks for others. A group of which one is
 * found is offered whole from then on.
 *
 * Give the result to an agent as it is, `new Agent({ tools: toolSearch({…}) })`: it grows. Make one for each agent.
 *
 * @throws {TypeError} Two tools have the same name, or one has that of the search.
 */
export function toolSearch(groups: ToolGroups, { name = 'search_tools' }: { readonly name?: string } = {}): ToolsInput<RunContext> {
  const all = groupedTools(groups, [name]);
  const offered: Record<string, Tool<RunContext>> = growingTools(
    {},
    all.map(({ tool: one }) => one),
  );
  offered[name] = tool({
    name,
    description: 'Looks for tools that are not offered yet. Those that are found can be called afterwards.',
    parameters: query,
    execute: ({ query: wanted }) => {
      const found = search(all, String(wanted));
      if (found.length === 0) return 'No tool was found. Try other words.';
      const loaded = new Set(found.map(({ group }) => group));
      const added = all.filter(({ group }) => loaded.has(group)).map(({ tool: one }) => one);
      for (const one of added) offered[one.name] = one;
      return `These can be called now: ${added.map((one) => one.name).join(', ')}.`;
    },
  });
  return offered;
}

/**
 * The same with two tools that never change, for models whose cache a change of tools would spoil: one finds tools and their schemas, the
 * other calls one by its name. Marks of the tools behind it, such as `background`, do not count.
 *
 * @throws {TypeError} Two tools have the same name.
 */
export function toolProxy(groups: ToolGroups): Readonly<Record<'search_tools' | 'call_tool', Tool<RunContext>>> {
  const all = groupedTools(groups, []);
  return {
    search_tools: tool({
      description: 'Looks for tools, and gives the schema of each. Call one that is found with call_tool.',
      parameters: query,
      execute: ({ query: wanted }) => {
        const found = search(all, String(wanted));
        if (found.length === 0) throw new ToolError('No tool was found. Try other words.');
        return found.map(({ tool: one }) => toolSpecification(one));
      },
    }),
    call_tool: tool({
      description: 'Calls a tool that search_tools has found.',
      parameters: {
        type: 'object',
        properties: { name: { type: 'string' }, arguments: { type: 'object', description: 'As the schema of the tool says.' } },
        required: ['name'],
        additionalProperties: false,
      },
      execute: async ({ name, arguments: args = {} }, context) => {
        const found = all.find(({ tool: one }) => one.name === name)?.tool;
        if (found === undefined) throw new ToolError(`There is no tool "${String(name)}". Look for one with search_tools.`);
        const read = await found.reader.read(args);
        if ('problems' in read) throw new ToolError(`The arguments of ${found.name} are wrong: ${read.problems.join('; ')}.`);
        return found.execute(read.value, context);
      },
    }),
  };
}

interface GroupedTool {
  readonly group: string;
  readonly tool: Tool<RunContext>;
}

function groupedTools(groups: ToolGroups, taken: readonly string[]): readonly GroupedTool[] {
  const all = Object.entries(groups).flatMap(([group, tools]) => toolList(tools).map((one) => ({ group, tool: one })));
  const names = new Set(taken);
  for (const { tool: one } of all) {
    if (names.has(one.name)) throw new TypeError(`tools: two tools have the name "${one.name}"; rename one`);
    names.add(one.name);
  }
  return all;
}

/** Those with most of the words in their names, their groups and their descriptions, best first. */
function search(all: readonly GroupedTool[], wanted: string): readonly GroupedTool[] {
  const words = wanted.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const scored = all.map((one) => {
    const text = `${one.group} ${one.tool.name} ${one.tool.description}`.toLowerCase();
    return { one, score: words.filter((word) => text.includes(word)).length };
  });
  return scored
    .filter(({ score }) => score > 0)
    .toSorted((first, second) => second.score - first.score)
    .slice(0, mostFound)
    .map(({ one }) => one);
}
