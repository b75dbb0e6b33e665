import type { Agent } from '../agent/agent.js';
import type { RunContext } from '../agent/session.js';
import type { Tool } from '../tools/tool.js';

/** What a tool does in place of what it does: its arguments are checked by the tool's own schema before. */
export type ToolMock = (args: Readonly<Record<string, unknown>>, context: RunContext) => unknown;

interface Layer {
  readonly mocks: Readonly<Record<string, ToolMock>>;
  /** Names that some agent of the class had. */
  readonly found: Set<string>;
  wasAsked: boolean;
}

const layersOf = new WeakMap<object, Layer[]>();

/**
 * Puts something else in the place of tools of a class of agents, subclasses included, until it is disposed. Names, descriptions, schemas
 * and marks stay; what a mock returns or throws is treated as the tool's own. Of several mocks of one tool the last holds.
 *
 * @example
 * ```ts
 * using mocks = mockTools(FrontDesk, { book: () => 'booked' });
 * ```
 * @throws {TypeError} The class is none, or a mock no function. On disposal: agents of the class were used, and none had a tool of this name.
 */
export function mockTools(
  agentClass: { readonly name: string; readonly prototype: Agent },
  mocks: Readonly<Record<string, ToolMock>>,
): Disposable {
  const given: unknown = agentClass;
  if (typeof given !== 'function') throw new TypeError('mockTools: give the class of the agents, and what their tools do instead');
  const wrong = Object.keys(mocks).find((tool) => typeof mocks[tool] !== 'function');
  if (wrong !== undefined) throw new TypeError(`mockTools: "${wrong}" is no function that takes the place of a tool`);
  const { prototype, name } = agentClass;
  const layer: Layer = { mocks, found: new Set(), wasAsked: false };
  const layers = layersOf.get(prototype) ?? cover(prototype);
  layers.push(layer);
  return {
    [Symbol.dispose]() {
      const index = layers.indexOf(layer);
      if (index < 0) return;
      layers.splice(index, 1);
      if (layers.length === 0) uncover(prototype);
      const missed = Object.keys(mocks).filter((tool) => !layer.found.has(tool));
      if (layer.wasAsked && missed.length > 0)
        throw new TypeError(`mockTools: no agent of class ${name} had a tool "${missed.join('", "')}"`);
    },
  };
}

/** Own descriptors of `tools` that a cover stands before. */
const covered = new WeakMap<object, PropertyDescriptor | undefined>();

function cover(prototype: Agent): Layer[] {
  const layers: Layer[] = [];
  layersOf.set(prototype, layers);
  const own = Object.getOwnPropertyDescriptor(prototype, 'tools');
  covered.set(prototype, own);
  const beneath: unknown = own === undefined ? Object.getPrototypeOf(prototype) : Object.defineProperty({}, 'tools', own);
  Object.defineProperty(prototype, 'tools', {
    configurable: true,
    get(this: Agent): Tool<RunContext>[] {
      const tools: unknown = Reflect.get(Object(beneath), 'tools', this);
      return isToolList(tools) ? tools.map((tool) => mocked(tool, layers)) : [];
    },
  });
  return layers;
}

function uncover(prototype: Agent): void {
  layersOf.delete(prototype);
  const own = covered.get(prototype);
  if (own === undefined) Reflect.deleteProperty(prototype, 'tools');
  else Object.defineProperty(prototype, 'tools', own);
}

function mocked(tool: Tool<RunContext>, layers: readonly Layer[]): Tool<RunContext> {
  let result = tool;
  for (const layer of layers) {
    layer.wasAsked = true;
    const mock = Object.hasOwn(layer.mocks, tool.name) ? layer.mocks[tool.name] : undefined;
    if (mock === undefined) continue;
    layer.found.add(tool.name);
    result = { ...tool, execute: (args, context) => mock(isRecord(args) ? args : {}, context) };
  }
  return result;
}

const isToolList = (value: unknown): value is Tool<RunContext>[] => Array.isArray(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
