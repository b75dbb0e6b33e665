import type { LLMCapabilities, LLMRequest } from '@parley/core/provider';
import type OpenAI from 'openai';
import { chatMessages } from './chat-messages.js';
import { unsupported } from './openai-error.js';
import type { OpenAILLMOptions } from './openai-settings.js';
import { answerForm, parametersOf, type ToolForm, toolParts } from './tool-parts.js';

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
    ...toolParts(request, form),
    ...formatPart(request),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { max_completion_tokens: maxOutputTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort }),
    ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    ...request.providerOptions?.['openai'],
  };
}

const form: ToolForm<OpenAI.Chat.Completions.ChatCompletionTool, OpenAI.Chat.Completions.ChatCompletionNamedToolChoice> = {
  toolOf: (tool) => {
    const { name, description, strict = false } = tool;
    return { type: 'function', function: { name, description, parameters: parametersOf(tool), ...(strict ? { strict } : {}) } };
  },
  named: (name) => ({ type: 'function', function: { name } }),
};

const formatPart = ({ responseFormat }: LLMRequest): Partial<Body> =>
  responseFormat === undefined ? {} : { response_format: { type: 'json_schema', json_schema: answerForm(responseFormat) } };
