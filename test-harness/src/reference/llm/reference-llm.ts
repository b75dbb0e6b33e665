import type { LLM, LLMCapabilities, LLMEvent, LLMRequest, PluginSettings } from '@parley/core/provider';
import { type Call, callStream, linkSignals, readKey } from '@parley/core/provider-kit';
import { brokenError, cutError, failureError, protocolError, provider, statusError } from '../reference-error.js';
import { type Decoder, readSSE, type SSEMessage } from '../read-sse.js';
import { mustBeShort } from '../must-be-short.js';
import { readFields } from '../read-fields.js';
import { checkLLMRequest, llmRequestBody } from './reference-llm-request.js';

/** What may be changed of it. */
export interface ReferenceLLMOptions {
  readonly capabilities?: Partial<LLMCapabilities> | undefined;
  /** Makes text of a body's bytes; for each body one. */
  readonly createDecoder?: (() => Decoder) | undefined;
  /** Fails over messages that it does not know. */
  readonly isStrict?: boolean | undefined;
  /** Fails over messages of more characters. */
  readonly longestMessage?: number | undefined;
  /** Gives out calls whose arguments were cut by the limit of the reply's length. */
  readonly givesCutCalls?: boolean | undefined;
}

const all: LLMCapabilities = { tools: true, parallelToolCalls: true, images: true, audio: true, structuredOutput: true };
const model = 'reference-replies';

/** A correct language model of an invented vendor: one attempt a call, over server-sent events. */
export function createReferenceLLM(settings: PluginSettings, options: ReferenceLLMOptions = {}): LLM {
  const capabilities = Object.freeze({ ...all, ...options.capabilities });
  const closing = linkSignals();
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider,
    model,
    capabilities,
    // Connections are the system's, and opened in a millisecond.
    prewarm: async ({ signal }) => signal.throwIfAborted(),
    close: async () => closing.abort(),
    generate: (request) => {
      checkLLMRequest(request, capabilities);
      return callStream(request, (call) => generate(call, { settings, request, options, closing: closing.signal }));
    },
  };
}

interface Asked {
  readonly settings: PluginSettings;
  readonly request: LLMRequest;
  readonly options: ReferenceLLMOptions;
  /** Fires when the instance is closed. */
  readonly closing: AbortSignal;
}

async function* generate({ signal }: Call, asked: Asked): AsyncGenerator<LLMEvent, void, void> {
  const reply = new Reply(asked.options);
  using either = linkSignals(signal, asked.closing);
  try {
    for await (const message of readSSE(await ask(asked, either.signal), asked.options.createDecoder?.())) yield* reply.take(message);
  } catch (error) {
    if (!signal.aborted) throw error instanceof RangeError ? error : brokenError(error);
  }
  // What it cost the vendor tells at the end, which was not waited for: unknown, but not nothing.
  if (signal.aborted) yield { type: 'usage', usage: {} };
  else if (!reply.isDone) throw cutError();
}

async function ask({ settings, request }: Asked, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const key = readKey({ provider, apiKey: settings.apiKey, environment: 'REFERENCE_API_KEY' });
  const response = await fetch(`${settings.baseUrl ?? 'https://reference.example'}/v1/replies`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(llmRequestBody(model, request)),
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw statusError(response, request.clock);
  }
  const type = response.headers.get('content-type') ?? 'nothing';
  if (response.body === null || !type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    throw protocolError(`the vendor answered with ${type} in place of events`);
  }
  return response.body;
}

/** What has come of one reply. */
class Reply {
  isDone = false;
  readonly #options: ReferenceLLMOptions;
  readonly #calls: { readonly id: string; readonly name: string; argumentsJson: string }[] = [];
  #thought = '';
  #seal: string | undefined;

  constructor(options: ReferenceLLMOptions) {
    this.#options = options;
  }

  /** @throws {APIError} The vendor tells of a failure, or says what cannot be read. */
  *take({ event, data }: SSEMessage): Generator<LLMEvent> {
    if (this.isDone) return;
    mustBeShort(data, this.#options.longestMessage);
    switch (event) {
      case 'started':
        yield { type: 'response-metadata', requestId: readFields(data).text('id'), model: readFields(data).text('model') };
        return;
      case 'text':
        yield* this.#flushThought();
        yield { type: 'text-delta', text: readFields(data).text('text') };
        return;
      case 'reasoning':
        this.#thought += readFields(data).text('text');
        this.#seal = readFields(data).optional('seal') ?? this.#seal;
        yield { type: 'reasoning-delta', text: readFields(data).text('text') };
        return;
      case 'call':
        yield* this.#flushThought();
        this.#addToCall(data);
        return;
      case 'failure':
        throw failureError(readFields(data).text('reason'));
      case 'done':
        yield* this.#flushThought();
        yield* this.#finish(data);
        break;
      default:
        // Of a later version.
        if (this.#options.isStrict === true) throw protocolError(`there is no message "${event}"`);
    }
  }

  *#flushThought(): Generator<LLMEvent> {
    if (this.#thought === '') return;
    const seal = this.#seal === undefined ? {} : { seal: this.#seal };
    yield { type: 'opaque', providerMetadata: { [provider]: { thought: this.#thought, ...seal } } };
    this.#thought = '';
    this.#seal = undefined;
  }

  #addToCall(data: string): void {
    const fields = readFields(data);
    const call = this.#calls[fields.number('index')];
    if (call === undefined) this.#calls.push({ id: fields.text('id'), name: fields.text('name'), argumentsJson: '' });
    else call.argumentsJson += fields.text('arguments');
  }

  *#finish(data: string): Generator<LLMEvent> {
    const fields = readFields(data);
    const reason = reasonOf(fields.text('reason'));
    // What the limit cut cannot be executed.
    const isWhole = reason !== 'length' || this.#options.givesCutCalls === true;
    const calls = this.#calls.filter(({ argumentsJson }) => isWhole || argumentsJson === '' || isJson(argumentsJson));
    for (const { id, name, argumentsJson } of calls)
      yield { type: 'tool-call', callId: id, name, argumentsJson: argumentsJson === '' ? '{}' : argumentsJson };
    yield { type: 'usage', usage: { inputTokens: fields.number('input'), outputTokens: fields.number('output') } };
    this.isDone = true;
    yield { type: 'finish', reason: calls.length > 0 ? 'tool-calls' : reason };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const reasons = ['stop', 'length', 'content-filter'] as const;
const reasonOf = (reason: string): Extract<LLMEvent, { readonly type: 'finish' }>['reason'] =>
  reasons.find((known) => known === reason) ?? 'other';
