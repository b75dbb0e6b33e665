import { defineTool, type Tool, type ToolOptions } from '../tools/tool.js';
import type { ToolSchema } from '../tools/standard-schema.js';
import type { RunContext } from './session.js';

/**
 * A function that the agent's model may call.
 *
 * @example
 * ```ts
 * const openingHours = tool({
 *   description: 'When the restaurant is open on a day of the week.',
 *   parameters: z.object({ day: z.string() }),
 *   execute: ({ day }) => hours[day] ?? 'Closed.',
 * });
 * ```
 * @throws {TypeError} The schema describes no object, or the name is not one that vendors take; names the tool.
 */
export function tool<const Schema extends ToolSchema | undefined = undefined>(options: ToolOptions<Schema, RunContext>): Tool<RunContext> {
  return defineTool(options);
}
