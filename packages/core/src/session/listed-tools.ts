import type { JsonObject } from '../provider/json.js';
import type { ToolMarks } from '../provider/tool-marks.js';
import type { ListedTool } from '../provider/toolset.js';
import { marksFault, marksOf } from '../tools/tool.js';

/**
 * Of what a toolset has listed, the tools that can be offered: one that cannot be leaves the others as they are.
 *
 * @param tell Told of each rule of the contract that the list breaks.
 */
export function listedTools(listed: unknown, tell: (rule: string) => void): readonly ListedTool[] {
  if (Array.isArray(listed)) return listed.flatMap((entry: unknown) => readTool(entry, tell) ?? []);
  tell('listed tools that are no list');
  return [];
}

function readTool(entry: unknown, tell: (rule: string) => void): ListedTool | undefined {
  const { name, description, parameters, marks }: Record<string, unknown> = isRecord(entry) ? entry : {};
  if (typeof name !== 'string' || name === '') {
    tell('listed a tool without a name');
    return undefined;
  }
  if (!isJsonObject(parameters) || parameters['type'] !== 'object') {
    tell(`listed the tool "${name}", whose parameters describe no object`);
    return undefined;
  }
  if (typeof description !== 'string') tell(`listed the tool "${name}" without a description`);
  const listed = { name, description: typeof description === 'string' ? description : '', parameters };
  const read = readMarks(marks, (fault) => tell(`listed the tool "${name}" with marks that cannot be: ${fault}`));
  return read === undefined ? listed : { ...listed, marks: read };
}

function readMarks(marks: unknown, tell: (fault: string) => void): ToolMarks | undefined {
  if (marks === undefined) return undefined;
  const fault = isMarks(marks) ? marksFault(marks) : 'they must be an object';
  if (fault !== undefined) tell(fault);
  return fault === undefined && isMarks(marks) ? marksOf(marks) : undefined;
}

/** As far as it matters here: each mark is looked at by itself. */
const isMarks = (value: unknown): value is ToolMarks => isRecord(value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** What a server lists was JSON. */
const isJsonObject = (value: unknown): value is JsonObject => isRecord(value);
