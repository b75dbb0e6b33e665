import { openaiWires } from '@parley/conformance/wires';
import { type LLMStep, type Oddity, type Play, playVendor, type LLMHeard } from '@parley/conformance/wire';
import type { ChatItem } from '@parley/core/provider';
import { describe, expect, test } from 'vitest';
import { failureOf, llmRequest, readAll } from './__fixtures__/call-options.js';
import { createOpenAI, parleyPlugin } from './index.js';
import { responsesInput } from './responses-input.js';

type LLMPlay = Play<LLMHeard, LLMStep>;
const done: LLMStep = { type: 'finish', reason: 'stop', inputTokens: 7, outputTokens: 3 };
const saying =
  (...steps: readonly (LLMStep | Oddity)[]): LLMPlay =>
  async (call) => {
    for await (const _asked of call.heard) for (const step of steps) await call.send(step);
  };
const vendor = (play: LLMPlay) => playVendor(openaiWires.responses, play);
const at = { createdAtMs: 0 };
const text = (value: string) => [{ type: 'text' as const, text: value }];

describe('a reply over the Responses API', () => {
  test('comes as reasoning, text and whole calls, then its usage, then its end', async () => {
    const weather = { type: 'tool-call', callId: 'c1', name: 'weather', argumentsJson: '{"day":"Monday"}' } as const;
    const time = { type: 'tool-call', callId: 'c2', name: 'time', argumentsJson: '{}' } as const;
    await using played = await vendor(saying({ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'Hello.' }, weather, time, done));
    const llm = createOpenAI(played.settings).llm('gpt-5-mini', { api: 'responses' });
    expect(await readAll(llm.generate(llmRequest()))).toEqual([
      { type: 'response-metadata', requestId: 'req_1', model: 'gpt-5-mini' },
      { type: 'reasoning-delta', text: 'hm' },
      { type: 'text-delta', text: 'Hello.' },
      weather,
      time,
      { type: 'usage', usage: { inputTokens: 7, outputTokens: 3 } },
      { type: 'finish', reason: 'tool-calls' },
    ]);
  });

  test.each(['length', 'content-filter'] as const)('that was stopped says so: %s', async (reason) => {
    await using played = await vendor(saying({ type: 'text', text: 'a' }, { ...done, reason }));
    const events = await readAll(createOpenAI(played.settings).llm('m', { api: 'responses' }).generate(llmRequest()));
    expect(events.at(-1)).toEqual({ type: 'finish', reason });
  });

  test('that was cut in a tool call has none of it', async () => {
    const item = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{"a":1', status: 'incomplete' };
    await using played = await vendor(async (call) => {
      for await (const _asked of call.heard) {
        await call.send({ type: 'text', text: 'One moment.' });
        if (call.connection.type !== 'http') continue;
        const event = { type: 'response.output_item.done', output_index: 1, item, sequence_number: 3 };
        await call.connection.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        await call.send({ ...done, reason: 'length' });
      }
    });
    const events = await readAll(createOpenAI(played.settings).llm('m', { api: 'responses' }).generate(llmRequest()));
    expect(events.map(({ type }) => type)).toEqual(['response-metadata', 'text-delta', 'usage', 'finish']);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'length' });
  });

  test('goes on over what is of a later version, and over a connection that breaks after its end', async () => {
    await using played = await vendor(async (call) => {
      for await (const _asked of call.heard)
        for (const step of [{ type: 'unknown' }, { type: 'large', sizeBytes: 2_000_000 }, { type: 'text', text: 'b' }, done] as const)
          await call.send(step);
      if (call.connection.type === 'http') call.connection.destroy();
    });
    const events = await readAll(createOpenAI(played.settings).llm('m', { api: 'responses' }).generate(llmRequest()));
    expect(events.map(({ type }) => type)).toEqual(['response-metadata', 'text-delta', 'usage', 'finish']);
  });

  test('is asked for by a model string, too', async () => {
    await using played = await vendor(saying({ type: 'text', text: 'hi' }, done));
    const llm = parleyPlugin.kinds.llm.create({ name: 'responses/gpt-4.1' }, played.settings);
    expect(await readAll(llm.generate(llmRequest()))).toContainEqual({ type: 'text-delta', text: 'hi' });
    expect(played.heard[0]?.[0]?.model).toBe('gpt-4.1');
  });
});

describe('what is asked', () => {
  const chat: ChatItem[] = [
    { ...at, type: 'message', role: 'system', id: '1', content: text('You help.') },
    {
      ...at,
      type: 'message',
      role: 'user',
      id: '2',
      content: [...text('what is this?'), { type: 'image', data: new Uint8Array([1, 2]), mediaType: 'image/png' }],
    },
    { ...at, type: 'opaque', id: '3', providerMetadata: { openai: { reasoning: { id: 'rs_1', encrypted: 'abc', summary: ['thought'] } } } },
    { ...at, type: 'opaque', id: '4', providerMetadata: { other: { secret: 'x' } } },
    { ...at, type: 'message', role: 'assistant', id: '5', content: text('I will look.') },
    { ...at, type: 'tool-call', id: '6', callId: 'c1', name: 'look', argumentsJson: '{"a":1}' },
    { ...at, type: 'tool-output', id: '7', callId: 'c1', name: 'look', content: text('a cat'), isError: false },
  ];

  test('is the conversation, with what the model thought, in its order', () => {
    expect(responsesInput(chat)).toEqual([
      { role: 'system', content: [{ type: 'input_text', text: 'You help.' }] },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'what is this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AQI=', detail: 'auto' },
        ],
      },
      { type: 'reasoning', id: 'rs_1', encrypted_content: 'abc', summary: [{ type: 'summary_text', text: 'thought' }] },
      { role: 'assistant', content: 'I will look.' },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'a cat' },
    ]);
  });

  test('names tools, choice and form, and has nothing kept at the vendor', async () => {
    await using played = await vendor(saying(done));
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties: { day: { type: 'string' } } };
    const tools = [{ name: 'plain', description: 'Plain.', parameters: schema }];
    const request = llmRequest({
      tools,
      toolChoice: { name: 'plain' },
      responseFormat: { name: 'answer', schema },
      parallelToolCalls: false,
    });
    await readAll(createOpenAI(played.settings).llm('m', { api: 'responses' }).generate(request));
    expect(played.heard[0]?.[0]).toMatchObject({
      hasResponseFormat: true,
      toolChoice: { name: 'plain' },
      parallelToolCalls: false,
      tools: [{ name: 'plain', parameters: { type: 'object', properties: { day: { type: 'string' } } } }],
    });
  });
});

describe('a failure', () => {
  test.each([
    { reason: 'server', fields: { kind: 'status', retryable: true, vendorCode: 'server_error' } },
    { reason: 'rate-limit', fields: { kind: 'status', retryable: true, vendorCode: 'rate_limit_exceeded' } },
    { reason: 'authentication', fields: { kind: 'authentication', retryable: false } },
    { reason: 'invalid-request', fields: { kind: 'invalid-request', retryable: false } },
  ] as const)('that is told in the midst of an answer is no end of it: $reason', async ({ reason, fields }) => {
    await using played = await vendor(saying({ type: 'text', text: 'a' }, { type: 'failure', reason }));
    const failure = await failureOf(createOpenAI(played.settings).llm('m', { api: 'responses' }).generate(llmRequest()));
    expect(failure).toMatchObject(fields);
    expect(String(failure)).not.toMatch(/nobody|own words/);
  });

  test('is an answer that ends without its last word', async () => {
    await using played = await vendor(async (call) => {
      for await (const _asked of call.heard) await call.send({ type: 'text', text: 'a' });
      if (call.connection.type === 'http') call.connection.end();
    });
    const failure = await failureOf(createOpenAI(played.settings).llm('m', { api: 'responses' }).generate(llmRequest()));
    expect(failure).toMatchObject({ name: 'APIConnectionError', retryable: true });
  });
});
