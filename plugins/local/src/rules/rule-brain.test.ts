import type { ChatItem, LLMEvent, LLMRequest, ToolSpecification } from '@parley/core/provider';
import { expect, test } from 'vitest';
import { callRequest } from '../__fixtures__/call-request.js';
import { createRuleBrain } from './rule-brain.js';

const rules = {
  slots: { day: ['monday', 'friday'], size: { two: 2, four: 4 } },
  rules: [
    {
      when: '[hello] book a table for {size} [people] on {day}',
      call: 'book',
      then: 'Booked for {size} on {day}. Your number is {output.number}.',
    },
    { when: 'when do you open on {day}', call: 'hours', say: 'One moment.' },
    { when: 'cancel', call: 'cancel', arguments: () => ({ all: true }) },
    {
      when: 'move it to {day}',
      call: 'move',
      arguments: ({ day }: { readonly [name: string]: unknown }) => ({ to: String(day).toUpperCase() }),
    },
    { when: 'goodbye', say: 'Goodbye and thank you.' },
  ],
  otherwise: 'You can book a table.',
  greeting: 'Welcome to the Copper Kettle.',
};
const brain = createRuleBrain(rules);

const tool = (name: string): ToolSpecification => ({ name, description: name, parameters: { type: 'object' } });
const base = { createdAtMs: 0 };
const message = (role: 'system' | 'developer' | 'user' | 'assistant', text: string): ChatItem => ({
  ...base,
  id: text,
  type: 'message',
  role,
  content: [{ type: 'text', text }],
});
const user = (text: string) => message('user', text);
const toolCall = (name: string, callId: string = name): ChatItem => ({
  ...base,
  id: callId,
  type: 'tool-call',
  callId,
  name,
  argumentsJson: '{}',
});
const toolOutput = (name: string, text: string, isError = false): ChatItem => ({
  ...base,
  id: `${name}-output`,
  type: 'tool-output',
  callId: name,
  name,
  content: [{ type: 'text', text }],
  isError,
});

async function generate(chat: readonly ChatItem[], overrides: Partial<LLMRequest> = {}): Promise<LLMEvent[]> {
  const tools = ['book', 'hours', 'cancel', 'move'].map(tool);
  const events: LLMEvent[] = [];
  for await (const event of brain.generate({ ...callRequest(), chat, tools, toolChoice: 'auto', ...overrides })) events.push(event);
  return events;
}

const textOf = (events: readonly LLMEvent[]) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
const callsOf = (events: readonly LLMEvent[]) =>
  events.flatMap((event) => (event.type === 'tool-call' ? [[event.name, JSON.parse(event.argumentsJson)]] : []));

test('a sentence of a rule with a tool becomes a call with the values of its slots', async () => {
  expect(await generate([user('Hello, book a table for four people on Friday.')])).toEqual([
    { type: 'response-metadata', model: 'rules' },
    { type: 'tool-call', callId: 'local-call-1-1', name: 'book', argumentsJson: '{"size":4,"day":"friday"}' },
    { type: 'finish', reason: 'tool-calls' },
  ]);
});

test('a sentence of a rule with a text is answered with it, word by word', async () => {
  expect(await generate([user('Goodbye!')])).toEqual([
    { type: 'response-metadata', model: 'rules' },
    { type: 'text-delta', text: 'Goodbye ' },
    { type: 'text-delta', text: 'and ' },
    { type: 'text-delta', text: 'thank ' },
    { type: 'text-delta', text: 'you.' },
    { type: 'finish', reason: 'stop' },
  ]);
});

test.each([
  ['arguments may be made up', 'cancel', [['cancel', { all: true }]]],
  ['arguments may be converted', 'move it to monday', [['move', { to: 'MONDAY' }]]],
])('%s', async (_, text, calls) => {
  expect(callsOf(await generate([user(text)]))).toEqual(calls);
});

test('a text and a tool of one rule come in this order', async () => {
  const events = await generate([user('when do you open on monday')]);
  expect(events.map(({ type }) => type)).toEqual(['response-metadata', 'text-delta', 'text-delta', 'tool-call', 'finish']);
});

test.each(['[not understood]', 'how much is the lobster', 'goodbye lobster', ''])('%j is answered with what can be said', async (text) => {
  expect(textOf(await generate([user(text)]))).toBe('You can book a table.');
});

test('several sentences of one turn are answered in their order, with what follows a tool after it', async () => {
  const chat = [user('cancel. goodbye.')];
  const events = await generate(chat);
  expect([textOf(events), callsOf(events)]).toEqual(['', [['cancel', { all: true }]]]);
  expect(textOf(await generate([...chat, toolCall('cancel'), toolOutput('cancel', 'It is cancelled.')]))).toBe(
    'It is cancelled. Goodbye and thank you.',
  );
});

test('messages of the user that stand together are one turn', async () => {
  expect(callsOf(await generate([user('hello book a table for two'), user('on monday')]))).toEqual([['book', { size: 2, day: 'monday' }]]);
});

test('where only one call at a time is allowed, the last one wanted is made', async () => {
  const chat = [user('cancel. when do you open on friday')];
  expect(callsOf(await generate(chat))).toHaveLength(2);
  expect(callsOf(await generate(chat, { parallelToolCalls: false }))).toEqual([['hours', { day: 'friday' }]]);
});

test('the ids of calls are unique in a stream and in a conversation', async () => {
  const chat = [
    user('goodbye'),
    toolCall('cancel', 'local-call-1-1'),
    toolOutput('cancel', 'x'),
    message('assistant', 'x'),
    user('cancel. move it to friday'),
  ];
  const ids = (await generate(chat)).flatMap((event) => (event.type === 'tool-call' ? [event.callId] : []));
  expect(ids).toEqual(['local-call-1-2', 'local-call-1-3']);
});

test.each([
  [
    'a report is filled from the output and the slots',
    toolOutput('book', '{"number":17}'),
    'Booked for four on friday. Your number is 17.',
  ],
  ['without what the report needs, the output itself is said', toolOutput('book', 'It is full.'), 'It is full.'],
  ['of a tool that failed, the message is said', toolOutput('book', '{"number":17}', true), '{"number":17}'],
  ['a tool that returns nothing is still reported', toolOutput('book', ''), 'Done.'],
])('%s', async (_, output, text) => {
  const events = await generate([user('book a table for four on friday'), toolCall('book'), output]);
  expect([textOf(events), events.at(-1)]).toEqual([text, { type: 'finish', reason: 'stop' }]);
});

test('the output of a tool that no rule called is said as it is', async () => {
  expect(textOf(await generate([user('goodbye'), toolCall('weather'), toolOutput('weather', 'It rains.')]))).toBe('It rains.');
});

test('words that were said along with the call do not stand between it and its rule', async () => {
  const chat = [
    user('book a table for two on monday'),
    message('assistant', 'One moment.'),
    toolCall('book'),
    toolOutput('book', '{"number":1}'),
  ];
  expect(textOf(await generate(chat))).toBe('Booked for two on monday. Your number is 1.');
});

test.each<[string, readonly ChatItem[]]>([
  ['an empty conversation', []],
  ['instructions alone', [message('system', 'Greet the caller.')]],
  ['a conversation that is answered', [user('goodbye'), message('assistant', 'Goodbye.'), message('developer', 'Greet again.')]],
])('asked for a reply, it greets: %s', async (_, chat) => {
  expect(textOf(await generate(chat))).toBe('Welcome to the Copper Kettle.');
});

test('without a greeting it says what can be said', async () => {
  const { greeting: _, ...others } = rules;
  const events: LLMEvent[] = [];
  for await (const event of createRuleBrain(others).generate({ ...callRequest(), chat: [], tools: [], toolChoice: 'auto' }))
    events.push(event);
  expect(textOf(events)).toBe('You can book a table.');
});

test('a note for a language model after the words of the user does not hide them', async () => {
  expect(textOf(await generate([user('goodbye'), message('developer', 'The caller is a regular.')]))).toBe('Goodbye and thank you.');
});

test.each<[string, Partial<LLMRequest>]>([
  ['is not among the tools', { tools: [tool('hours')] }],
  ['is not to be called', { toolChoice: 'none' }],
  ['is not the one that is wanted', { toolChoice: { name: 'hours' } }],
])('a tool that %s is answered with what can be said, and a warning', async (_, overrides) => {
  const warnings: unknown[] = [];
  const logger = { log: (level: string, __: string, fields?: unknown) => warnings.push([level, fields]) };
  const events = await generate([user('cancel')], { ...overrides, logger });
  expect([textOf(events), callsOf(events), warnings]).toEqual(['You can book a table.', [], [['warn', { tool: 'cancel' }]]]);
});

test('the transcript of an audio part is read as the user’s words', async () => {
  const chat: ChatItem[] = [
    { ...base, id: 'a', type: 'message', role: 'user', content: [{ type: 'audio', frames: [], transcript: 'goodbye' }] },
  ];
  expect(textOf(await generate(chat))).toBe('Goodbye and thank you.');
});

test('what it does not do is refused at once', async () => {
  const image: ChatItem = {
    ...base,
    id: 'a',
    type: 'message',
    role: 'user',
    content: [{ type: 'image', data: new Uint8Array(), mediaType: 'image/png' }],
  };
  await expect(generate([image])).rejects.toMatchObject({ kind: 'unsupported', retryable: false });
  const frame = { samples: new Int16Array(320), sampleRate: 16_000, channels: 1, atMs: 0 };
  const sound: ChatItem = { type: 'message', role: 'user', id: 'm', createdAtMs: 0, content: [{ type: 'audio', frames: [frame] }] };
  await expect(generate([sound])).rejects.toMatchObject({ kind: 'unsupported', retryable: false });
  await expect(generate([], { responseFormat: { name: 'x', schema: {} } })).rejects.toMatchObject({ kind: 'unsupported' });
});

test('an aborted call ends without a finish', async () => {
  const controller = new AbortController();
  const stream = brain.generate({ ...callRequest({ signal: controller.signal }), chat: [user('goodbye')], tools: [], toolChoice: 'auto' });
  const events: LLMEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    controller.abort();
  }
  expect(events).toEqual([{ type: 'response-metadata', model: 'rules' }]);
});

test('a closed brain answers no more', async () => {
  const closed = createRuleBrain(rules);
  const started = closed.generate({ ...callRequest(), chat: [], tools: [], toolChoice: 'auto' });
  await closed.close?.();
  await closed.close?.();
  expect(() => closed.generate({ ...callRequest(), chat: [], tools: [], toolChoice: 'auto' })).toThrow(/was closed/);
  await expect(started[Symbol.asyncIterator]().next()).rejects.toThrow(/was closed/);
});
