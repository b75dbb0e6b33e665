import { openaiWires } from '@parley/conformance/wires';
import { type LLMStep, type Oddity, type Play, playVendor, type LLMHeard } from '@parley/conformance/wire';
import type { ChatItem } from '@parley/core/provider';
import { describe, expect, test } from 'vitest';
import { failureOf, llmRequest, readAll } from './__fixtures__/call-options.js';
import { createOpenAI } from './index.js';

type LLMPlay = Play<LLMHeard, LLMStep>;
const done: LLMStep = { type: 'finish', reason: 'stop', inputTokens: 7, outputTokens: 3 };
const saying =
  (...steps: readonly (LLMStep | Oddity)[]): LLMPlay =>
  async (call) => {
    for await (const _asked of call.heard) for (const step of steps) await call.send(step);
  };
const vendor = (play: LLMPlay) => playVendor(openaiWires.chatCompletions, play);
const status = (code: number, headers: Readonly<Record<string, string>> = {}): LLMPlay => {
  const { headers: own, body } = openaiWires.chatCompletions.errorBody(code);
  return async ({ connection }) => {
    if (connection.type !== 'http') return;
    connection.respond(code, { ...own, ...headers });
    await connection.write(body);
    connection.end();
  };
};

describe('a reply over chat completions', () => {
  test('comes as text, then its usage, then its end', async () => {
    await using played = await vendor(saying({ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo.' }, done));
    expect(await readAll(createOpenAI(played.settings).llm('gpt-4.1-mini').generate(llmRequest()))).toEqual([
      { type: 'response-metadata', requestId: 'req_1', model: 'gpt-4.1-mini' },
      { type: 'text-delta', text: 'Hel' },
      { type: 'text-delta', text: 'lo.' },
      { type: 'usage', usage: { inputTokens: 7, outputTokens: 3 } },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(played.record.requests).toHaveLength(1);
    expect(played.record.requests[0]?.headers['authorization']).toBe(`Bearer ${played.apiKey}`);
  });

  test('has its tool calls whole, several at once, each by its id', async () => {
    const weather = { type: 'tool-call', callId: 'c1', name: 'weather', argumentsJson: '{"day":"Monday"}' } as const;
    const time = { type: 'tool-call', callId: 'c2', name: 'time', argumentsJson: '{}' } as const;
    await using played = await vendor(saying({ type: 'text', text: 'One moment.' }, weather, time, { ...done, reason: 'tool-calls' }));
    const events = await readAll(createOpenAI(played.settings).llm().generate(llmRequest()));
    expect(events.filter(({ type }) => type === 'tool-call')).toEqual([weather, time]);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
  });

  describe('that was cut in a tool call', () => {
    const first = { type: 'tool-call', callId: 'c1', name: 'f', argumentsJson: '{"a":1}' } as const;
    const cut = (argumentsJson: string) => ({ type: 'tool-call', callId: 'c2', name: 'f', argumentsJson }) as const;
    test.each([
      { what: 'in its arguments', steps: [cut('{"a":1')], calls: [], reason: 'length' },
      { what: 'before them', steps: [cut('')], calls: [], reason: 'length' },
      { what: 'after a whole one', steps: [first, cut('{"a":')], calls: [first], reason: 'tool-calls' },
      { what: 'at its very end', steps: [cut('{"a":2}')], calls: [cut('{"a":2}')], reason: 'tool-calls' },
    ])('gives no call that is not whole: cut $what', async ({ steps, calls, reason }) => {
      await using played = await vendor(saying(...steps, { ...done, reason: 'length' }));
      const events = await readAll(createOpenAI(played.settings).llm().generate(llmRequest()));
      expect(events.filter(({ type }) => type === 'tool-call')).toEqual(calls);
      expect(events.at(-1)).toEqual({ type: 'finish', reason });
    });
  });

  test('has no count of tokens where the server tells of none', async () => {
    await using played = await vendor(async (call) => {
      for await (const _asked of call.heard) await call.send({ type: 'text', text: 'Hi.' });
      if (call.connection.type !== 'http') return;
      const pieces = [
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
        { choices: [], usage: { prompt_tokens: null, completion_tokens: 5, prompt_tokens_details: { cached_tokens: null } } },
      ];
      for (const piece of pieces) await call.connection.write(`data: ${JSON.stringify(piece)}\n\n`);
      await call.connection.write('data: [DONE]\n\n');
      call.connection.end();
    });
    const events = await readAll(createOpenAI(played.settings).llm().generate(llmRequest()));
    expect(events.slice(-2)).toEqual([
      { type: 'usage', usage: { outputTokens: 5 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('shows the reasoning of a server that sends it, and says why it ended', async () => {
    await using played = await vendor(
      saying({ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'yes' }, { ...done, reason: 'length' }),
    );
    const events = await readAll(createOpenAI(played.settings).llm().generate(llmRequest()));
    expect(events).toContainEqual({ type: 'reasoning-delta', text: 'hm' });
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'length' });
  });

  test('goes on over what is of a later version', async () => {
    await using played = await vendor(
      saying({ type: 'text', text: 'a' }, { type: 'unknown' }, { type: 'large', sizeBytes: 2_000_000 }, { type: 'text', text: 'b' }, done),
    );
    const events = await readAll(createOpenAI(played.settings).llm().generate(llmRequest()));
    expect(events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))).toEqual(['a', 'b']);
  });
});

describe('what is asked', () => {
  const at = { createdAtMs: 0 };
  const text = (value: string) => [{ type: 'text' as const, text: value }];
  const chat: ChatItem[] = [
    { ...at, type: 'message', role: 'system', id: '1', content: text('You help.') },
    {
      ...at,
      type: 'message',
      role: 'user',
      id: '2',
      content: [...text('what is this?'), { type: 'image', data: new Uint8Array([1, 2]), mediaType: 'image/png' }],
    },
    { ...at, type: 'opaque', id: '3', providerMetadata: { other: { secret: 'x' } } },
    { ...at, type: 'message', role: 'assistant', id: '4', content: text('I will look.') },
    { ...at, type: 'tool-call', id: '5', callId: 'c1', name: 'look', argumentsJson: '{"a":1}' },
    { ...at, type: 'tool-call', id: '6', callId: 'c2', name: 'look', argumentsJson: '{}' },
    { ...at, type: 'tool-output', id: '7', callId: 'c1', name: 'look', content: text('a cat'), isError: false },
    { ...at, type: 'tool-output', id: '8', callId: 'c2', name: 'look', content: text('nothing'), isError: true },
    { ...at, type: 'tool-call', id: '9', callId: 'c3', name: 'look', argumentsJson: '{}' },
    { ...at, type: 'tool-output', id: '10', callId: 'c3', name: 'look', content: text('again'), isError: false },
  ];

  test('is the conversation, each output next to its call', async () => {
    await using played = await vendor(saying(done));
    await readAll(createOpenAI(played.settings).llm().generate(llmRequest({ chat })));
    expect(played.heard[0]?.[0]?.messages).toEqual([
      { role: 'system', text: 'You help.', images: 0, toolCalls: [] },
      { role: 'user', text: 'what is this?', images: 1, toolCalls: [] },
      {
        role: 'assistant',
        text: 'I will look.',
        images: 0,
        toolCalls: [
          { callId: 'c1', name: 'look', argumentsJson: '{"a":1}' },
          { callId: 'c2', name: 'look', argumentsJson: '{}' },
        ],
      },
      { role: 'tool', text: 'a cat', images: 0, toolCalls: [], callId: 'c1' },
      { role: 'tool', text: 'nothing', images: 0, toolCalls: [], callId: 'c2' },
      { role: 'assistant', text: '', images: 0, toolCalls: [{ callId: 'c3', name: 'look', argumentsJson: '{}' }] },
      { role: 'tool', text: 'again', images: 0, toolCalls: [], callId: 'c3' },
    ]);
  });

  test('names the tools with their schemas, strict where that is wanted, and a form for the answer', async () => {
    await using played = await vendor(saying(done));
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties: { day: { type: 'string' } } };
    const tools = [
      { name: 'plain', description: 'Plain.', parameters: schema },
      { name: 'strict', description: 'Strict.', parameters: schema, strict: true },
    ];
    await readAll(
      createOpenAI(played.settings)
        .llm()
        .generate(llmRequest({ tools, toolChoice: { name: 'plain' }, responseFormat: { name: 'answer', schema } })),
    );
    expect(played.heard[0]?.[0]).toMatchObject({
      hasResponseFormat: true,
      tools: [
        { name: 'plain', parameters: { type: 'object', properties: { day: { type: 'string' } } } },
        { name: 'strict', parameters: { required: ['day'], additionalProperties: false } },
      ],
    });
    expect(JSON.stringify(played.heard)).not.toContain('$schema');
  });

  test('is refused where the model cannot do it, before anything is sent', async () => {
    await using played = await vendor(saying(done));
    const llm = createOpenAI(played.settings).llm('small', { capabilities: { tools: false, images: false } });
    const tools = [{ name: 'a', description: 'A.', parameters: { type: 'object' } }];
    expect(() => llm.generate(llmRequest({ tools }))).toThrow('openai: this model calls no tools');
    expect(() => llm.generate(llmRequest({ chat }))).toThrow('openai: this model sees no images');
    expect(played.record.requests).toHaveLength(0);
  });
});

describe('a failure', () => {
  test.each([
    { code: 401, fields: { name: 'APIStatusError', kind: 'authentication', status: 401, retryable: false, vendorCode: 'invalid_api_key' } },
    { code: 400, fields: { kind: 'status', status: 400, retryable: false, vendorCode: 'context_length_exceeded' } },
    { code: 503, fields: { kind: 'status', status: 503, retryable: true, requestId: 'req_1' } },
  ])('of status $code is told as such, in one attempt', async ({ code, fields }) => {
    await using played = await vendor(status(code));
    expect(await failureOf(createOpenAI(played.settings).llm().generate(llmRequest()))).toMatchObject(fields);
    expect(played.record.requests).toHaveLength(1);
  });

  test('of too many requests says how long to wait', async () => {
    await using played = await vendor(status(429, { 'retry-after': '2' }));
    expect(await failureOf(createOpenAI(played.settings).llm().generate(llmRequest()))).toMatchObject({
      status: 429,
      retryable: true,
      retryAfterMs: 2000,
    });
  });

  test('that is told in the midst of an answer is no end of it', async () => {
    await using played = await vendor(saying({ type: 'text', text: 'a' }, { type: 'failure', reason: 'server' }));
    expect(await failureOf(createOpenAI(played.settings).llm().generate(llmRequest()))).toMatchObject({
      name: 'APIError',
      kind: 'status',
      retryable: true,
      vendorCode: 'server_error',
    });
  });

  test.each(['end', 'destroy'] as const)('is an answer that breaks off (%s)', async (how) => {
    await using played = await vendor(async (call) => {
      for await (const _asked of call.heard) await call.send({ type: 'text', text: 'a' });
      if (call.connection.type === 'http') call.connection[how]();
    });
    expect(await failureOf(createOpenAI(played.settings).llm().generate(llmRequest()))).toMatchObject({
      name: 'APIConnectionError',
      retryable: true,
    });
  });

  test('is an answer that is no JSON, or nobody who answers', async () => {
    await using played = await vendor(saying({ type: 'malformed' }, done));
    expect(await failureOf(createOpenAI(played.settings).llm().generate(llmRequest()))).toMatchObject({ kind: 'protocol' });
    const nobody = createOpenAI({ ...played.settings, baseUrl: 'http://127.0.0.1:1/v1' }).llm();
    expect(await failureOf(nobody.generate(llmRequest()))).toMatchObject({ name: 'APIConnectionError', retryable: true });
  });

  test('never shows the key, nor what the vendor says of it', async () => {
    for (const play of [status(401), status(500), saying({ type: 'failure', reason: 'authentication' })]) {
      await using played = await vendor(play);
      const failure = await failureOf(createOpenAI(played.settings).llm().generate(llmRequest()));
      expect(String(failure)).not.toMatch(/nobody|own words/);
    }
  });

  test('is a key that is missing, by the name of its variable', async () => {
    const failure = await failureOf(createOpenAI({ apiKey: ' ' }).llm().generate(llmRequest()));
    expect(failure).toMatchObject({ kind: 'authentication', retryable: false });
    expect(String(failure)).toContain('OPENAI_API_KEY');
  });
});

test.each(['chat', 'responses'] as const)('an abort closes the connection at once, and its cost is not passed over: %s', async (api) => {
  let closes = () => {};
  const closed = new Promise<void>((resolve) => {
    closes = resolve;
  });
  await using played = await playVendor(api === 'chat' ? openaiWires.chatCompletions : openaiWires.responses, async (call) => {
    call.connection.closed.addEventListener('abort', closes, { once: true });
    for await (const _asked of call.heard) await call.send({ type: 'text', text: 'a' });
    await closed;
  });
  const controller = new AbortController();
  const reader = createOpenAI(played.settings)
    .llm('m', { api })
    .generate(llmRequest({ signal: controller.signal }))
    [Symbol.asyncIterator]();
  await reader.next();
  expect(await reader.next()).toMatchObject({ value: { type: 'text-delta' } });
  controller.abort(new DOMException('enough', 'AbortError'));
  await closed;
  expect(await reader.next()).toMatchObject({ value: { type: 'usage' } });
  expect(await reader.next()).toMatchObject({ done: true });
});
