import type { JsonObject, LLMRequest, ToolChoice, ToolSpecification } from '@parley/core/provider';
import { strictSchema } from '@parley/core/provider-kit';

/** How one of the two APIs writes a tool, and that one is to be called. */
export interface ToolForm<Tool, Named> {
  readonly toolOf: (tool: ToolSpecification) => Tool;
  readonly named: (name: string) => Named;
}

interface ToolParts<Tool, Named> {
  readonly tools: Tool[];
  readonly tool_choice: Extract<ToolChoice, string> | Named;
  readonly parallel_tool_calls?: boolean;
}

/** What both APIs ask of tools, by the same names. A choice among no tools is refused by the vendor. */
export function toolParts<Tool, Named>(
  { tools, toolChoice, parallelToolCalls }: LLMRequest,
  { toolOf, named }: ToolForm<Tool, Named>,
): ToolParts<Tool, Named> | undefined {
  if (tools.length === 0) return undefined;
  return {
    tools: tools.map(toolOf),
    tool_choice: typeof toolChoice === 'string' ? toolChoice : named(toolChoice.name),
    ...(parallelToolCalls === undefined ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

export function parametersOf({ parameters, strict = false }: ToolSpecification): JsonObject {
  const schema = withoutDialect(parameters);
  return strict ? strictSchema(schema) : schema;
}

/** The form of an answer that both know. */
export const answerForm = ({ name, schema }: NonNullable<LLMRequest['responseFormat']>) => ({
  name,
  schema: strictSchema(withoutDialect(schema)),
  strict: true,
});

/** Some gateways end in silence where a schema names its dialect. */
function withoutDialect({ $schema: _dialect, ...schema }: JsonObject): JsonObject {
  return schema;
}
