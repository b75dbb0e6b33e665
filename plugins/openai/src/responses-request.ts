import type { LLMRequest, ToolChoice, ToolSpecification } from '@parley/core/provider';
import { strictSchema } from '@parley/core/provider-kit';
import type OpenAI from 'openai';
import { responsesInput } from './responses-input.js';
import type { OpenAILLMOptions } from './openai-settings.js';

type Body = OpenAI.Responses.ResponseCreateParamsStreaming;

/** Nothing is kept at the vendor: history is ours. @see https://platform.openai.com/docs/api-reference/responses/create */
export function responsesBody(model: string, request: LLMRequest, options: OpenAILLMOptions): Body {
  const { temperature, maxOutputTokens, reasoningEffort, serviceTier } = options;
  return {
    model,
    input: responsesInput(request.chat),
    stream: true,
    store: false,
    include: ['reasoning.encrypted_content'],
    ...toolParts(request),
    ...formatPart(request),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoning: { effort: reasoningEffort } }),
    ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    ...request.providerOptions?.['openai'],
  };
}

/** A choice among no tools is refused by the vendor. */
function toolParts({ tools, toolChoice, parallelToolCalls }: LLMRequest): Partial<Body> {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(functionTool),
    tool_choice: choiceOf(toolChoice),
    ...(parallelToolCalls === undefined ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function functionTool({ name, description, parameters, strict = false }: ToolSpecification): OpenAI.Responses.FunctionTool {
  const { $schema: _dialect, ...schema } = parameters;
  return { type: 'function', name, description, strict, parameters: strict ? strictSchema(schema) : schema };
}

const choiceOf = (choice: ToolChoice): OpenAI.Responses.ToolChoiceOptions | OpenAI.Responses.ToolChoiceFunction =>
  typeof choice === 'string' ? choice : { type: 'function', name: choice.name };

function formatPart({ responseFormat }: LLMRequest): Partial<Body> {
  if (responseFormat === undefined) return {};
  const { name, schema } = responseFormat;
  return { text: { format: { type: 'json_schema', name, schema: strictSchema(schema), strict: true } } };
}
