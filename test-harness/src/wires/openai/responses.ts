import type { ToolChoice } from '@parley/core/provider';
import { sseEvent } from '../../loopback/sse.js';
import type { HttpExchange } from '../../loopback/vendor-connection.js';
import type { LLMHeard, LLMStep, LLMWire } from '../../wire/llm-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readList, readObject, readText } from '../read-json.js';
import { failureCode, openaiErrorBody } from './error-body.js';
import { readDescription, readSchema } from './read-schema.js';

type Message = LLMHeard['messages'][number];

/** @see https://platform.openai.com/docs/api-reference/responses-streaming */
export const responses: LLMWire = {
  kind: 'llm',
  name: 'openai responses',
  model: 'responses/gpt-4.1-mini',
  transport: 'http',
  sharesConnection: false,
  tells: ['tool-description', 'tool-choice', 'parallel-tool-calls', 'response-schema', 'opaque'],
  requestId: 'req_1',
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: `${httpUrl}/v1`, apiKey }),
  errorBody: openaiErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'http') throw new TypeError('responses are asked for over HTTP, not by a WebSocket');
    const { method, path } = connection.request;
    if (method !== 'POST' || path !== '/v1/responses') throw new TypeError(`there is no ${method} ${path}: it is POST /v1/responses`);
    open(new ResponseCall(connection, readRequest(JSON.parse(Buffer.from(await connection.request.body()).toString()))));
  },
};

function readRequest(body: unknown): LLMHeard {
  const request = readObject(body, 'the request');
  if (request['stream'] !== true) throw new TypeError('"stream" is not true');
  return {
    type: 'request',
    model: readText(request['model'], 'model'),
    messages: readList(request['input'], 'input').flatMap(readItem).reduce<readonly Message[]>(joinReply, []),
    tools: readList(request['tools'] ?? [], 'tools').map((tool) => {
      const { name, description, parameters } = readObject(tool, 'a tool');
      return { name: readText(name, 'a name'), ...readDescription(description), parameters: readSchema(parameters) };
    }),
    ...(request['tool_choice'] === undefined ? {} : { toolChoice: readChoice(request['tool_choice']) }),
    ...(typeof request['parallel_tool_calls'] === 'boolean' ? { parallelToolCalls: request['parallel_tool_calls'] } : {}),
    ...readFormat(readObject(request['text'] ?? {}, 'text')['format']),
    seals: readList(request['input'], 'input').flatMap(readSeal),
  };
}

function readFormat(format: unknown): Pick<LLMHeard, 'hasResponseFormat' | 'responseSchema'> {
  if (format === undefined) return { hasResponseFormat: false };
  return { hasResponseFormat: true, responseSchema: readSchema(readObject(format, 'a format')['schema']) };
}

function readSeal(value: unknown): string[] {
  const { type, encrypted_content: seal } = readObject(value, 'an input item');
  return type === 'reasoning' ? [readText(seal, 'encrypted_content')] : [];
}

function readChoice(value: unknown): ToolChoice {
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  return { name: readText(readObject(value, 'tool_choice')['name'], 'a name') };
}

/** What the assistant said and the calls it made along with it are items of their own here, and one message in the contract's terms. */
function joinReply(before: readonly Message[], message: Message): readonly Message[] {
  const last = before.at(-1);
  if (last?.role !== 'assistant' || message.role !== 'assistant' || message.toolCalls.length === 0) return [...before, message];
  return [...before.slice(0, -1), { ...last, toolCalls: [...last.toolCalls, ...message.toolCalls] }];
}

function readItem(value: unknown): Message[] {
  const item = readObject(value, 'an input item');
  const none = { images: 0, toolCalls: [] };
  switch (item['type'] ?? 'message') {
    case 'function_call':
      return [{ ...none, role: 'assistant', text: '', toolCalls: [readCall(item)] }];
    case 'function_call_output':
      return [{ ...none, role: 'tool', text: readText(item['output'], 'an output'), callId: readText(item['call_id'], 'a call_id') }];
    case 'message':
      return [readMessage(item)];
    default:
      return [];
  }
}

function readCall(item: Readonly<Record<string, unknown>>): Message['toolCalls'][number] {
  return {
    callId: readText(item['call_id'], 'a call_id'),
    name: readText(item['name'], 'a name'),
    argumentsJson: readText(item['arguments'], 'arguments'),
  };
}

function readMessage(item: Readonly<Record<string, unknown>>): Message {
  const role = readText(item['role'], 'a role');
  if (role !== 'system' && role !== 'developer' && role !== 'user' && role !== 'assistant') throw new TypeError(`"${role}" is no role`);
  const { content } = item;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : readList(content, 'content');
  const texts = parts.map((part) => readObject(part, 'a part')['text']).filter((text) => typeof text === 'string');
  return {
    role: role === 'developer' ? 'system' : role,
    text: texts.join('\n'),
    images: parts.filter((part) => readObject(part, 'a part')['type'] === 'input_image').length,
    toolCalls: [],
  };
}

const incompleteReasons: ReadonlyMap<string, string> = new Map([
  ['length', 'max_output_tokens'],
  ['content-filter', 'content_filter'],
]);

class ResponseCall implements VendorCall<LLMHeard, LLMStep> {
  readonly connection: HttpExchange;
  readonly heard: AsyncIterable<LLMHeard>;
  readonly #model: string;
  #sequence = 0;
  #items = 0;
  #hasBegun = false;

  constructor(connection: HttpExchange, heard: LLMHeard) {
    this.connection = connection;
    this.#model = heard.model;
    this.heard = (async function* () {
      yield heard;
    })();
  }

  async send(step: LLMStep | Oddity): Promise<void> {
    await this.#begin();
    switch (step.type) {
      case 'text':
        return this.#event('response.output_text.delta', {
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          delta: step.text,
          logprobs: [],
        });
      case 'reasoning':
        return this.#think(step);
      case 'tool-call':
        return this.#call(step);
      case 'finish':
        return this.#finish(step);
      case 'unknown':
        return this.#event('response.news.added', { news: { of: 'a later version' } });
      case 'malformed':
        return this.connection.write(sseEvent({ event: 'response.output_text.delta', data: '{"type":"response.output_text.delta","del' }));
      case 'large':
        return this.#event('response.news.added', { padding: 'x'.repeat(step.sizeBytes) });
      case 'failure':
        return this.#fail(failureCode(step.reason));
      default:
        return step satisfies never;
    }
  }

  async #begin(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.connection.respond(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' });
    await this.#event('response.created', { response: this.#response('in_progress') });
    await this.#event('response.in_progress', { response: this.#response('in_progress') });
  }

  /** A summary, and where there is a seal the whole, which is for the vendor alone. */
  async #think({ text, seal }: Extract<LLMStep, { readonly type: 'reasoning' }>): Promise<void> {
    const place = { item_id: 'rs_1', output_index: 0 };
    await this.#event('response.reasoning_summary_text.delta', { ...place, summary_index: 0, delta: text });
    if (seal === undefined) return;
    const item = { type: 'reasoning', id: place.item_id, summary: [{ type: 'summary_text', text }], encrypted_content: seal };
    await this.#event('response.output_item.done', { ...place, item });
  }

  /** As an item that is added, grows by its arguments, and is done. */
  async #call({ callId, name, argumentsJson, isCut = false }: Extract<LLMStep, { readonly type: 'tool-call' }>): Promise<void> {
    this.#items += 1;
    const place = { output_index: this.#items, item_id: `fc_${this.#items}` };
    const item = { type: 'function_call', id: place.item_id, call_id: callId, name };
    await this.#event('response.output_item.added', { ...place, item: { ...item, arguments: '', status: 'in_progress' } });
    for (let from = 0; from < argumentsJson.length; from += 5)
      await this.#event('response.function_call_arguments.delta', { ...place, delta: argumentsJson.slice(from, from + 5) });
    // What is cut is told as it is, and never as done.
    if (isCut)
      return this.#event('response.output_item.done', { ...place, item: { ...item, arguments: argumentsJson, status: 'incomplete' } });
    await this.#event('response.function_call_arguments.done', { ...place, arguments: argumentsJson });
    await this.#event('response.output_item.done', { ...place, item: { ...item, arguments: argumentsJson, status: 'completed' } });
  }

  async #finish({ reason, inputTokens, outputTokens }: Extract<LLMStep, { readonly type: 'finish' }>): Promise<void> {
    const incomplete = incompleteReasons.get(reason);
    const status = incomplete === undefined ? 'completed' : 'incomplete';
    await this.#event(`response.${status}`, {
      response: {
        ...this.#response(status),
        incomplete_details: incomplete === undefined ? null : { reason: incomplete },
        usage: { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
      },
    });
    this.connection.end();
  }

  async #fail(code: string): Promise<void> {
    const error = { code, message: "The vendor's own words." };
    await this.#event('response.failed', { response: { ...this.#response('failed'), error } });
    this.connection.end();
  }

  #response(status: string): object {
    return { id: 'resp_1', object: 'response', created_at: 0, model: this.#model, status, output: [] };
  }

  #event(type: string, parts: object): Promise<void> {
    this.#sequence += 1;
    return this.connection.write(sseEvent({ event: type, data: JSON.stringify({ type, sequence_number: this.#sequence, ...parts }) }));
  }
}
