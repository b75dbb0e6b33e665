import type { LLM, LLMEvent, LLMRequest, Usage } from '@parley/core/provider';
import { type Call, callStream } from '@parley/core/provider-kit';
import type OpenAI from 'openai';
import { ChatCalls } from './chat-calls.js';
import { chatBody, checkRequest, llmCapabilities } from './chat-request.js';
import type { OpenAIClient } from './openai-client.js';
import { cutError, toAPIError } from './openai-error.js';
import type { OpenAILLMOptions } from './openai-settings.js';
import { readAnswer } from './read-answer.js';
import { tokenUsage } from './token-usage.js';

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type Choice = OpenAI.Chat.Completions.ChatCompletionChunk.Choice;
type FinishReason = Extract<LLMEvent, { readonly type: 'finish' }>['reason'];

/** A model over chat completions, the vendor's own or a compatible server's. One attempt a call. */
export function createChatLLM(client: OpenAIClient, model: string, options: OpenAILLMOptions): LLM {
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
  const calls = new ChatCalls();
  let finish: NonNullable<Choice['finish_reason']> | undefined;
  try {
    const sdk = await client.get();
    const response = await sdk.chat.completions.create(chatBody(model, request, options), { signal, maxRetries: 0 }).asResponse();
    let isFirst = true;
    for await (const chunk of readAnswer<Chunk>(response)) {
      if (isFirst) yield metadataOf(chunk, response.headers.get('x-request-id'));
      isFirst = false;
      // A choice without a delta comes from some gateways.
      const choice = chunk.choices?.[0];
      yield* deltaEvents(choice?.delta, calls);
      if (choice?.finish_reason !== undefined && choice.finish_reason !== null) {
        finish = choice.finish_reason;
        yield* calls.flush({ isCut: finish === 'length' || finish === 'content_filter' });
      }
      if (chunk.usage !== undefined && chunk.usage !== null) yield { type: 'usage', usage: usageOf(chunk.usage) };
    }
  } catch (error) {
    if (!signal.aborted) throw toAPIError(error, request.clock);
  }
  // What it cost the vendor tells at the end, which was not waited for: unknown, but not nothing.
  if (signal.aborted) return yield { type: 'usage', usage: {} };
  if (finish === undefined) throw cutError();
  yield { type: 'finish', reason: calls.count > 0 ? 'tool-calls' : reasonOf(finish) };
}

const metadataOf = ({ model }: Chunk, requestId: string | null | undefined): LLMEvent => ({
  type: 'response-metadata',
  ...(requestId === null || requestId === undefined ? {} : { requestId }),
  ...(model === undefined || model === '' ? {} : { model }),
});

function* deltaEvents(delta: Choice['delta'] | undefined, calls: ChatCalls): Generator<LLMEvent> {
  if (delta === undefined || delta === null) return;
  const reasoning = reasoningOf(delta);
  if (reasoning !== '') yield { type: 'reasoning-delta', text: reasoning };
  const text = (delta.content ?? '') + (delta.refusal ?? '');
  if (text !== '') yield { type: 'text-delta', text };
  for (const call of delta.tool_calls ?? []) yield* calls.take(call);
}

/** The vendor shows none over chat completions; compatible servers do, under one of these names. */
function reasoningOf(delta: object): string {
  const found = ['reasoning_content', 'reasoning']
    .map((name): unknown => Reflect.get(delta, name))
    .find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : '';
}

const usageOf = ({ prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details }: OpenAI.CompletionUsage): Usage =>
  tokenUsage({
    inputTokens: prompt_tokens,
    outputTokens: completion_tokens,
    cachedInputTokens: prompt_tokens_details?.cached_tokens,
    reasoningTokens: completion_tokens_details?.reasoning_tokens,
  });

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['content_filter', 'content-filter'],
]);
const reasonOf = (finish: string): FinishReason => reasons.get(finish) ?? 'other';
