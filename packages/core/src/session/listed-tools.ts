import type { JsonObject } from '../provider/json.js';
import type { ToolSpecification } from '../provider/tool-specification.js';

/**
 * Of what a toolset has listed, the tools that can be offered: one that cannot be leaves the others as they are.
 *
 * @param tell Told of each rule of the contract that the list breaks.
 */
export function listedTools(listed: unknown, tell: (rule: string) => void): readonly ToolSpecification[] {
  if (Array.isArray(listed)) return listed.flatMap((entry: unknown) => readTool(entry, tell) ?? []);
  tell('listed tools that are no list');
  return [];
}

function readTool(entry: unknown, tell: (rule: string) => void): ToolSpecification | undefined {
  const { name, description, parameters }: Record<string, unknown> = isRecord(entry) ? entry : {};
  if (typeof name !== 'string' || name === '') {
    tell('listed a tool without a name');
    return undefined;
  }
  if (!isJsonObject(parameters) || parameters['type'] !== 'object') {
    tell(`listed the tool "${name}", whose parameters describe no object`);
    return undefined;
  }
  if (typeof description === 'string') return { name, description, parameters };
  tell(`listed the tool "${name}" without a description`);
  return { name, description: '', parameters };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** What a server lists was JSON. */
const isJsonObject = (value: unknown): value is JsonObject => isRecord(value);
