import type { LLMCapabilities, LLMRequest, ToolChoice, ToolSpecification } from '@parley/core/provider';
import { strictSchema } from '@parley/core/provider-kit';
import type OpenAI from 'openai';
import { chatMessages } from './chat-messages.js';
import { unsupported } from './openai-error.js';
import type { OpenAILLMOptions } from './openai-settings.js';

type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;

const defaultCapabilities: LLMCapabilities = {
  tools: true,
  parallelToolCalls: true,
  images: true,
  audio: false,
  structuredOutput: true,
};

export const llmCapabilities = ({ capabilities }: OpenAILLMOptions): Readonly<LLMCapabilities> =>
  Object.freeze({ ...defaultCapabilities, ...capabilities, audio: false });

/** @throws {APIError} kind `unsupported`: the request asks for what was not declared. */
export function checkRequest(request: LLMRequest, capabilities: LLMCapabilities): void {
  const parts = request.chat.flatMap((item) => (item.type === 'message' || item.type === 'tool-output' ? item.content : []));
  if (request.tools.length > 0 && !capabilities.tools) throw unsupported('this model calls no tools: give it none');
  if (request.parallelToolCalls === true && !capabilities.parallelToolCalls)
    throw unsupported('this model calls one tool at a time: leave out "parallelToolCalls"');
  if (!capabilities.images && parts.some(({ type }) => type === 'image')) throw unsupported('this model sees no images: leave them out');
  // What was said stands for audio; of sounds without words nothing would be left.
  if (parts.some((part) => part.type === 'audio' && part.transcript === undefined))
    throw unsupported('this model hears no audio: give it a transcript');
  if (request.responseFormat !== undefined && !capabilities.structuredOutput) throw unsupported('this model has no structured output');
}

/** @see https://platform.openai.com/docs/api-reference/chat/create */
export function chatBody(model: string, request: LLMRequest, options: OpenAILLMOptions): Body {
  const { temperature, maxOutputTokens, reasoningEffort, serviceTier } = options;
  return {
    model,
    messages: chatMessages(request.chat),
    stream: true,
    stream_options: { include_usage: true },
    ...toolParts(request),
    ...formatPart(request),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { max_completion_tokens: maxOutputTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort }),
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

function functionTool({ name, description, parameters, strict = false }: ToolSpecification): OpenAI.Chat.Completions.ChatCompletionTool {
  // Some gateways end in silence where a schema names its dialect.
  const { $schema: _dialect, ...schema } = parameters;
  return {
    type: 'function',
    function: { name, description, ...(strict ? { parameters: strictSchema(schema), strict } : { parameters: schema }) },
  };
}

const choiceOf = (choice: ToolChoice): OpenAI.Chat.Completions.ChatCompletionToolChoiceOption =>
  typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };

function formatPart({ responseFormat }: LLMRequest): Partial<Body> {
  if (responseFormat === undefined) return {};
  const { name, schema } = responseFormat;
  return { response_format: { type: 'json_schema', json_schema: { name, schema: strictSchema(schema), strict: true } } };
}
