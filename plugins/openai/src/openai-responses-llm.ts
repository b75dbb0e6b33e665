import type { LLM, LLMEvent, LLMRequest, Usage } from '@parley/core/provider';
import { type Call, callStream } from '@parley/core/provider-kit';
import type OpenAI from 'openai';
import { checkRequest, llmCapabilities } from './chat-request.js';
import type { OpenAIClient } from './openai-client.js';
import { cutError, inStreamError, toAPIError } from './openai-error.js';
import type { OpenAILLMOptions } from './openai-settings.js';
import { readAnswer } from './read-answer.js';
import { reasoningMetadata } from './responses-input.js';
import { responsesBody } from './responses-request.js';
import { tokenUsage } from './token-usage.js';

type Event = OpenAI.Responses.ResponseStreamEvent;
type Response = OpenAI.Responses.Response;
type FinishReason = Extract<LLMEvent, { readonly type: 'finish' }>['reason'];

/** A model over the Responses API, stateless: each call is given the whole conversation. One attempt a call. */
export function createResponsesLLM(client: OpenAIClient, model: string, options: OpenAILLMOptions): LLM {
  const capabilities = llmCapabilities(options);
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'openai',
    model,
    capabilities,
    prewarm: async () => void (await client.get()),
    generate: (request) => {
      checkRequest(request, capabilities);
      return callStream(request, (call) => generate(call, { client, model, request, options }));
    },
  };
}

interface Asked {
  readonly client: OpenAIClient;
  readonly model: string;
  readonly request: LLMRequest;
  readonly options: OpenAILLMOptions;
}

async function* generate({ signal }: Call, { client, model, request, options }: Asked): AsyncGenerator<LLMEvent, void, void> {
  let hasCalls = false;
  let hasFinished = false;
  try {
    const sdk = await client.get();
    const response = await sdk.responses.create(responsesBody(model, request, options), { signal, maxRetries: 0 }).asResponse();
    for await (const event of readAnswer<Event>(response)) {
      // Read to its end, so that the connection can be used again.
      if (hasFinished) continue;
      if (event.type === 'response.created') yield metadataOf(event.response, response.headers.get('x-request-id'));
      for (const made of eventsOf(event)) {
        hasCalls ||= made.type === 'tool-call';
        yield made;
      }
      if (event.type !== 'response.completed' && event.type !== 'response.incomplete') continue;
      hasFinished = true;
      yield* endOf(event.response, hasCalls);
    }
  } catch (error) {
    if (!signal.aborted && !hasFinished) throw toAPIError(error, request.clock);
  }
  if (hasFinished) return;
  // What it cost the vendor tells at the end, which was not waited for: unknown, but not nothing.
  if (signal.aborted) return yield { type: 'usage', usage: {} };
  throw cutError();
}

const metadataOf = ({ model }: Response, requestId: string | null | undefined): LLMEvent => ({
  type: 'response-metadata',
  ...(requestId === null || requestId === undefined ? {} : { requestId }),
  ...(model === undefined ? {} : { model }),
});

/** What is not known here is of a later version, or of no use to a voice. @throws {APIError} The vendor tells of a failure. */
function eventsOf(event: Event): readonly LLMEvent[] {
  switch (event.type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return event.delta === '' ? [] : [{ type: 'text-delta', text: event.delta }];
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return [{ type: 'reasoning-delta', text: event.delta }];
    case 'response.output_item.done':
      return itemEvents(event.item);
    case 'response.failed':
      throw inStreamError(event.response.error?.code ?? 'server_error');
    case 'error':
      throw inStreamError(event.code ?? 'server_error');
    default:
      return [];
  }
}

function itemEvents(item: OpenAI.Responses.ResponseOutputItem): readonly LLMEvent[] {
  if (item.type === 'function_call') {
    // Cut in its midst: what it asks for is not known.
    if (item.status === 'incomplete') return [];
    return [{ type: 'tool-call', callId: item.call_id, name: item.name, argumentsJson: item.arguments === '' ? '{}' : item.arguments }];
  }
  const metadata = item.type === 'reasoning' ? reasoningMetadata(item) : undefined;
  return metadata === undefined ? [] : [{ type: 'opaque', providerMetadata: { openai: metadata } }];
}

function* endOf(response: Response, hasCalls: boolean): Generator<LLMEvent> {
  if (response.usage !== undefined && response.usage !== null) yield { type: 'usage', usage: usageOf(response.usage) };
  yield { type: 'finish', reason: hasCalls ? 'tool-calls' : reasonOf(response) };
}

const usageOf = ({ input_tokens, output_tokens, input_tokens_details, output_tokens_details }: OpenAI.Responses.ResponseUsage): Usage =>
  tokenUsage({
    inputTokens: input_tokens,
    outputTokens: output_tokens,
    cachedInputTokens: input_tokens_details?.cached_tokens,
    reasoningTokens: output_tokens_details?.reasoning_tokens,
  });

function reasonOf({ status, incomplete_details: details }: Response): FinishReason {
  if (status !== 'incomplete') return 'stop';
  if (details?.reason === 'max_output_tokens') return 'length';
  return details?.reason === 'content_filter' ? 'content-filter' : 'other';
}
