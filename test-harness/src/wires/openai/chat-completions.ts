import type { ToolChoice } from '@parley/core/provider';
import type { HttpExchange } from '../../loopback/vendor-connection.js';
import { sseEvent } from '../../loopback/sse.js';
import type { LLMHeard, LLMStep, LLMWire } from '../../wire/llm-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readList, readObject, readText } from '../read-json.js';
import { readDescription, readSchema } from './read-schema.js';
import { failureBody, openaiErrorBody } from './error-body.js';

/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
export const chatCompletions: LLMWire = {
  kind: 'llm',
  name: 'openai chat completions',
  transport: 'http',
  sharesConnection: false,
  tells: ['tool-description', 'tool-choice', 'parallel-tool-calls', 'response-schema', 'audio'],
  requestId: 'req_1',
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: `${httpUrl}/v1`, apiKey }),
  errorBody: openaiErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'http') throw new TypeError('chat completions are asked for over HTTP, not by a WebSocket');
    const { method, path } = connection.request;
    if (method !== 'POST' || path !== '/v1/chat/completions')
      throw new TypeError(`there is no ${method} ${path}: it is POST /v1/chat/completions`);
    const heard = readRequest(JSON.parse(Buffer.from(await connection.request.body()).toString()));
    open(new ChatCall(connection, heard));
  },
};

function readRequest(body: unknown): LLMHeard {
  const request = readObject(body, 'the request');
  if (request['stream'] !== true) throw new TypeError('"stream" is not true');
  return {
    type: 'request',
    model: readText(request['model'], 'model'),
    messages: readList(request['messages'], 'messages').map(readMessage),
    tools: readList(request['tools'] ?? [], 'tools').map((tool) => {
      const { name, description, parameters } = readObject(readObject(tool, 'a tool')['function'], 'a function');
      return { name: readText(name, 'a name'), ...readDescription(description), parameters: readSchema(parameters) };
    }),
    ...(request['tool_choice'] === undefined ? {} : { toolChoice: readChoice(request['tool_choice']) }),
    ...(typeof request['parallel_tool_calls'] === 'boolean' ? { parallelToolCalls: request['parallel_tool_calls'] } : {}),
    hasResponseFormat: request['response_format'] !== undefined,
    ...readFormat(request['response_format']),
  };
}

/** Of `json_schema`; the older form has no schema. */
function readFormat(value: unknown): Pick<LLMHeard, 'responseSchema'> {
  if (value === undefined) return {};
  const { json_schema: format } = readObject(value, 'response_format');
  return format === undefined ? {} : { responseSchema: readSchema(readObject(format, 'json_schema')['schema']) };
}

function readChoice(value: unknown): ToolChoice {
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  return { name: readText(readObject(readObject(value, 'tool_choice')['function'], 'a function')['name'], 'a name') };
}

function readMessage(value: unknown): LLMHeard['messages'][number] {
  const message = readObject(value, 'a message');
  const role = readText(message['role'], 'a role');
  if (role !== 'system' && role !== 'developer' && role !== 'user' && role !== 'assistant' && role !== 'tool')
    throw new TypeError(`"${role}" is no role`);
  const { content } = message;
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : readList(content ?? [], 'content');
  const texts = parts.map((part) => readObject(part, 'a part')['text']).filter((text) => typeof text === 'string');
  const callId = message['tool_call_id'];
  const audio = parts.filter((part) => readObject(part, 'a part')['type'] === 'input_audio').length;
  return {
    role: role === 'developer' ? 'system' : role,
    text: texts.join('\n'),
    images: parts.filter((part) => readObject(part, 'a part')['type'] === 'image_url').length,
    ...(audio === 0 ? {} : { audio }),
    toolCalls: readList(message['tool_calls'] ?? [], 'tool_calls').map(readCall),
    ...(callId === undefined ? {} : { callId: readText(callId, 'tool_call_id') }),
  };
}

function readCall(value: unknown): LLMHeard['messages'][number]['toolCalls'][number] {
  const call = readObject(value, 'a tool call');
  const made = readObject(call['function'], 'a function');
  return {
    callId: readText(call['id'], 'an id'),
    name: readText(made['name'], 'a name'),
    argumentsJson: readText(made['arguments'], 'arguments'),
  };
}

const finishReasons = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' } as const;

class ChatCall implements VendorCall<LLMHeard, LLMStep> {
  readonly connection: HttpExchange;
  readonly heard: AsyncIterable<LLMHeard>;
  readonly #model: string;
  #calls = 0;
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
        return this.#delta({ content: step.text });
      case 'reasoning':
        return this.#delta({ reasoning_content: step.text });
      case 'tool-call':
        return this.#call(step);
      case 'finish':
        return this.#finish(step);
      case 'unknown':
        return this.#data(JSON.stringify({ object: 'chat.completion.news', id: 'n', choices: [], news: { of: 'a later version' } }));
      case 'malformed':
        return this.#data('{"object":"chat.completion.chunk","choices":[{"del');
      case 'large':
        return this.#data(JSON.stringify({ object: 'chat.completion.news', choices: [], padding: 'x'.repeat(step.sizeBytes) }));
      case 'failure':
        await this.#data(failureBody(step.reason));
        return this.connection.end();
      default:
        return step satisfies never;
    }
  }

  async #begin(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.connection.respond(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' });
    await this.#delta({ role: 'assistant', content: '' });
  }

  /** The first piece has the id and the name, then the arguments come in pieces. */
  async #call({ callId, name, argumentsJson }: Extract<LLMStep, { readonly type: 'tool-call' }>): Promise<void> {
    const index = this.#calls;
    this.#calls += 1;
    await this.#delta({ tool_calls: [{ index, id: callId, type: 'function', function: { name, arguments: '' } }] });
    for (let from = 0; from < argumentsJson.length; from += 5)
      await this.#delta({ tool_calls: [{ index, function: { arguments: argumentsJson.slice(from, from + 5) } }] });
  }

  async #finish({ reason, inputTokens, outputTokens }: Extract<LLMStep, { readonly type: 'finish' }>): Promise<void> {
    await this.#chunk({ choices: [{ index: 0, delta: {}, finish_reason: finishReasons[reason] }], usage: null });
    const usage = { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
    await this.#chunk({ choices: [], usage });
    await this.#data('[DONE]');
    this.connection.end();
  }

  #delta(delta: object): Promise<void> {
    return this.#chunk({ choices: [{ index: 0, delta, finish_reason: null }], usage: null });
  }

  #chunk(parts: object): Promise<void> {
    return this.#data(JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: this.#model, ...parts }));
  }

  #data(data: string): Promise<void> {
    return this.connection.write(sseEvent({ data }));
  }
}
