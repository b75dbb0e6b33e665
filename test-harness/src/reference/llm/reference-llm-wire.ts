import type { JsonObject, ToolChoice } from '@parley/core/provider';
import type { HttpExchange } from '../../loopback/vendor-connection.js';
import { sseEvent } from '../../loopback/sse.js';
import type { LLMHeard, LLMStep, LLMWire } from '../../wire/llm-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readList, readObject, readText } from '../../wires/read-json.js';
import { referenceErrorBody, requestId } from '../reference-failure.js';

/**
 * An invented vendor's language model: `POST /v1/replies`, answered by server-sent events `started`, `text`, `reasoning`, `call`,
 * `done`, `failure`, of which `done` is the last. A tool's arguments come in pieces, told apart by the call's `index`.
 */
export const referenceLLMWire: LLMWire = {
  kind: 'llm',
  name: 'reference replies',
  transport: 'http',
  sharesConnection: false,
  tells: ['tool-description', 'tool-choice', 'parallel-tool-calls', 'response-schema', 'audio', 'opaque'],
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: referenceErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'http') throw new TypeError('a reply is asked for over HTTP, not by a WebSocket');
    const { method, path } = connection.request;
    if (method !== 'POST' || path !== '/v1/replies') throw new TypeError(`there is no ${method} ${path}: it is POST /v1/replies`);
    const heard = readRequest(JSON.parse(Buffer.from(await connection.request.body()).toString()));
    open(new ReplyCall(connection, heard));
  },
};

function readRequest(body: unknown): LLMHeard {
  const request = readObject(body, 'the request');
  const parallel = request['parallel'];
  return {
    type: 'request',
    model: readText(request['model'], 'model'),
    messages: readList(request['messages'], 'messages').map(readMessage),
    tools: readList(request['tools'], 'tools').map((tool) => {
      const { name, description, parameters } = readObject(tool, 'a tool');
      return { name: readText(name, 'a name'), description: readText(description, 'a description'), parameters: readSchema(parameters) };
    }),
    ...(request['choice'] === undefined ? {} : { toolChoice: readChoice(request['choice']) }),
    ...(typeof parallel === 'boolean' ? { parallelToolCalls: parallel } : {}),
    hasResponseFormat: request['format'] !== undefined,
    ...(request['format'] === undefined ? {} : { responseSchema: readSchema(readObject(request['format'], 'format')['schema']) }),
    seals: readList(request['messages'], 'messages').flatMap(readSeal),
  };
}

function readSeal(message: unknown): string[] {
  const { seal } = readObject(readObject(message, 'a message')['thought'] ?? {}, 'a thought');
  return seal === undefined ? [] : [readText(seal, 'a seal')];
}

function readMessage(value: unknown): LLMHeard['messages'][number] {
  const { role, text, images, audio, calls, callId } = readObject(value, 'a message');
  if (role !== 'system' && role !== 'user' && role !== 'assistant' && role !== 'tool') throw new TypeError(`"${String(role)}" is no role`);
  return {
    role,
    text: readText(text, 'text'),
    images: readList(images ?? [], 'images').length,
    ...(audio === undefined ? {} : { audio: readList(audio, 'audio').length }),
    toolCalls: readList(calls ?? [], 'calls').map((call) => {
      const { id, name, arguments: argumentsJson } = readObject(call, 'a call');
      return { callId: readText(id, 'an id'), name: readText(name, 'a name'), argumentsJson: readText(argumentsJson, 'arguments') };
    }),
    ...(callId === undefined ? {} : { callId: readText(callId, 'callId') }),
  };
}

function readChoice(value: unknown): ToolChoice {
  if (value === 'auto' || value === 'none' || value === 'required') return value;
  return { name: readText(readObject(value, 'choice')['name'], 'a name') };
}

/** Went through JSON, so it is JSON. */
const readSchema = (value: unknown): JsonObject =>
  Object.fromEntries(Object.entries(readObject(value, 'parameters')).map(([key, entry]) => [key, JSON.parse(JSON.stringify(entry))]));

class ReplyCall implements VendorCall<LLMHeard, LLMStep> {
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
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.connection.respond(200, { 'content-type': 'text/event-stream', 'request-id': requestId });
      await this.#event('started', { id: requestId, model: this.#model });
    }
    switch (step.type) {
      case 'text':
        return this.#event(step.type, { text: step.text });
      case 'reasoning':
        return this.#event(step.type, { text: step.text, seal: step.seal });
      case 'tool-call':
        return this.#call(step);
      case 'finish':
        await this.#event('done', { reason: step.reason, input: step.inputTokens, output: step.outputTokens });
        return this.connection.end();
      case 'unknown':
        return this.#event('news', { of: 'a later version' });
      case 'malformed':
        return this.connection.write(sseEvent({ event: 'text', data: '{"text":"cu' }));
      case 'large':
        return this.#event('news', { padding: 'x'.repeat(step.sizeBytes) });
      case 'failure':
        await this.#event('failure', { reason: step.reason });
        return this.connection.end();
      default:
        return step satisfies never;
    }
  }

  async #call({ callId, name, argumentsJson }: Extract<LLMStep, { readonly type: 'tool-call' }>): Promise<void> {
    const index = this.#calls;
    this.#calls += 1;
    await this.#event('call', { index, id: callId, name });
    for (let from = 0; from < argumentsJson.length; from += 5)
      await this.#event('call', { index, arguments: argumentsJson.slice(from, from + 5) });
  }

  #event(event: string, data: object): Promise<void> {
    return this.connection.write(sseEvent({ event, data: JSON.stringify(data) }));
  }
}
