import type { LLMRequest } from '@parley/core/provider';
import type OpenAI from 'openai';
import { responsesInput } from './responses-input.js';
import type { OpenAILLMOptions } from './openai-settings.js';
import { answerForm, parametersOf, type ToolForm, toolParts } from './tool-parts.js';

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
    ...toolParts(request, form),
    ...formatPart(request),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoning: { effort: reasoningEffort } }),
    ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    ...request.providerOptions?.['openai'],
  };
}

const form: ToolForm<OpenAI.Responses.FunctionTool, OpenAI.Responses.ToolChoiceFunction> = {
  toolOf: (tool) => {
    const { name, description, strict = false } = tool;
    return { type: 'function', name, description, strict, parameters: parametersOf(tool) };
  },
  named: (name) => ({ type: 'function', name }),
};

const formatPart = ({ responseFormat }: LLMRequest): Partial<Body> =>
  responseFormat === undefined ? {} : { text: { format: { type: 'json_schema', ...answerForm(responseFormat) } } };
