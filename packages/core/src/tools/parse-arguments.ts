import { confirmParameter } from './on-duplicate.js';
import { repairJson } from './repair-json.js';
import { applyDefaults } from './schema-defaults.js';
import type { Tool } from './tool.js';

/** What the model wrote as the arguments of one call. */
export type ParsedArguments = {
  /** As the model wrote it; as JSON if that had to be repaired: what enters the history, which other models have to read. */
  readonly argumentsJson: string;
  /** The same for calls that ask for the same thing, whatever the order of the keys and whichever defaults are left out. */
  readonly key: string;
  /** The model said that it means a second call like one that still runs. */
  readonly isConfirmed: boolean;
} & (
  | { readonly value: object }
  /** For the model to read. */
  | { readonly problem: string }
);

/** Reads the text of a call's arguments, and mends it if it is almost JSON. Whether the tool takes them is for its schema to say. */
export function parseArguments(tool: Pick<Tool, 'name' | 'reader' | 'onDuplicate'>, argumentsJson: string): ParsedArguments {
  try {
    return read(tool, argumentsJson);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return failed(argumentsJson, `The arguments of ${tool.name} are nested too deeply. Call it again with plainer ones.`);
  }
}

function read(tool: Pick<Tool, 'name' | 'reader' | 'onDuplicate'>, argumentsJson: string): ParsedArguments {
  const parsed = parse(argumentsJson);
  if (parsed === undefined)
    return failed(argumentsJson, `The arguments of ${tool.name} are not valid JSON. Call it again with a JSON object.`);
  const { value, argumentsJson: text } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failed(text, `The arguments of ${tool.name} must be a JSON object.`);
  const { given, isConfirmed } = tool.onDuplicate === 'confirm' ? withoutConfirmation(value) : { given: value, isConfirmed: false };
  const { jsonSchema, hasOwnDefaults } = tool.reader;
  const filled = applyDefaults(jsonSchema, given, 'fill');
  const args = hasOwnDefaults ? applyDefaults(jsonSchema, given, 'drop') : filled;
  if (typeof args !== 'object' || args === null) return failed(text, `The arguments of ${tool.name} must be a JSON object.`);
  return { argumentsJson: text, key: sortedJson(filled), isConfirmed, value: args };
}

const failed = (argumentsJson: string, problem: string): ParsedArguments => ({
  argumentsJson,
  key: argumentsJson,
  isConfirmed: false,
  problem,
});

function parse(text: string): { readonly value: unknown; readonly argumentsJson: string } | undefined {
  if (text.trim() === '') return { value: {}, argumentsJson: '{}' };
  try {
    const value: unknown = JSON.parse(text);
    return value === null ? { value: {}, argumentsJson: '{}' } : { value, argumentsJson: text };
  } catch {
    const repaired = repairJson(text);
    return repaired === undefined ? undefined : { ...repaired, argumentsJson: JSON.stringify(repaired.value) };
  }
}

function withoutConfirmation(value: object): { readonly given: object; readonly isConfirmed: boolean } {
  const entries = Object.entries(value);
  return {
    given: Object.fromEntries(entries.filter(([name]) => name !== confirmParameter)),
    isConfirmed: entries.some(([name, entry]) => name === confirmParameter && entry === true),
  };
}

/** JSON with the keys of each object in order. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
      : entry,
  );
}
