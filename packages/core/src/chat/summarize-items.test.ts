import { describe, expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import { APIStatusError, isAPIError } from '../provider/api-error.js';
import type { LLM, LLMEvent, LLMRequest } from '../provider/llm.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { ChatContext, textOf } from './chat-context.js';
import { isSummary } from './summary-mark.js';

/** Says what it is told to, after a while, and keeps what it was asked. */
function fakeLLM(events: readonly LLMEvent[], options: { readonly error?: Error; readonly afterMs?: number } = {}) {
  const asked: LLMRequest[] = [];
  const llm: LLM = {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'fake',
    model: 'fake-llm',
    capabilities: { tools: false, parallelToolCalls: false, images: false, audio: false, structuredOutput: false },
    generate: (request) =>
      callStream(request, async function* () {
        asked.push(request);
        if (options.afterMs !== undefined) await sleep(options.afterMs, request);
        if (options.error !== undefined) throw options.error;
        yield* events;
      }),
  };
  return { llm, asked };
}

const says = (...pieces: readonly string[]): LLMEvent[] => [
  ...pieces.map((text) => ({ type: 'text-delta' as const, text })),
  { type: 'finish', reason: 'stop' },
];

const call = (callId: string) => ({ callId, name: 'book', argumentsJson: '{"seats":2}' });
const conversation = ChatContext.empty({ tools: 'kept' }).copy({
  metadata: { kept: true },
  messages: [
    { role: 'system', content: 'Be brief.', id: 'system', createdAtMs: 1 },
    { type: 'agent-handoff', id: 'handoff', createdAtMs: 2, toAgent: 'desk' },
    { role: 'user', content: 'A table for two.', id: 'u1', createdAtMs: 3 },
    { type: 'opaque', id: 'opaque', createdAtMs: 4, providerMetadata: { fake: {} } },
    { role: 'assistant', content: 'For when?', id: 'a1', createdAtMs: 4 },
    { role: 'user', content: 'For eight.', id: 'u2', createdAtMs: 5 },
    { type: 'tool-call', id: 'call', createdAtMs: 6, ...call('c1') },
    {
      type: 'tool-output',
      id: 'output',
      createdAtMs: 6,
      callId: 'c1',
      name: 'book',
      isError: false,
      content: [{ type: 'text', text: 'done' }],
    },
    { role: 'assistant', content: 'Booked.', id: 'a2', createdAtMs: 7 },
    { type: 'agent-handoff', id: 'handoff-2', createdAtMs: 8, toAgent: 'till' },
    { role: 'user', content: 'Thanks.', id: 'u3', createdAtMs: 9 },
    { role: 'assistant', content: 'Bye.', id: 'a3', createdAtMs: 10 },
  ],
});

const clock = new VirtualClock();
const ids = (chat: ChatContext<unknown>): string[] => chat.items.map((item) => (isSummary(item) ? 'SUMMARY' : item.id));

describe('S163 a summary', () => {
  test.each([
    [0, ['system', 'handoff', 'handoff-2', 'SUMMARY']],
    [1, ['system', 'handoff', 'SUMMARY', 'handoff-2', 'u3', 'a3']],
    [2, ['system', 'handoff', 'SUMMARY', 'u2', 'call', 'output', 'a2', 'handoff-2', 'u3', 'a3']],
  ])('keeps the last %i turns, instructions and hand-offs', async (keepTurns, kept) => {
    const { llm } = fakeLLM(says('A table ', 'for two.'));
    const summarized = await conversation.summarize(llm, { keepTurns, clock });
    expect(ids(summarized)).toEqual(kept);
    expect(
      summarized
        .messages()
        .filter(isSummary)
        .map((item) => textOf(item.content)),
    ).toEqual(['[Summary of what was said before]\nA table for two.']);
    expect([summarized.tools, summarized.metadata]).toEqual(['kept', { kept: true }]);
    expect(summarized.items.map((item) => item.createdAtMs)).toEqual(
      summarized.items.map((item) => item.createdAtMs).toSorted((a, b) => a - b),
    );
  });

  test.each([3, 4, 100])('of no more than the %i turns that are kept changes nothing, and costs nothing', async (keepTurns) => {
    const { llm, asked } = fakeLLM(says('nothing'));
    expect(await conversation.summarize(llm, { keepTurns, clock })).toBe(conversation);
    expect(asked).toEqual([]);
  });

  test('of nothing is nothing', async () => {
    const { llm, asked } = fakeLLM(says('nothing'));
    const empty = ChatContext.empty().append({ role: 'system', content: 'Be brief.' });
    expect(await empty.summarize(llm, { keepTurns: 0, clock })).toBe(empty);
    expect(asked).toEqual([]);
  });

  test('takes the one before it in, and is not made of it alone', async () => {
    const first = await conversation.summarize(fakeLLM(says('First.')).llm, { keepTurns: 1, clock });
    const { llm, asked } = fakeLLM(says('Second.'));
    const again = first.append({ role: 'user', content: 'One more thing.' });
    const second = await again.summarize(llm, { keepTurns: 1, clock });
    expect(ids(second).filter((id) => id === 'SUMMARY')).toHaveLength(1);
    expect(JSON.stringify(asked[0]?.chat)).toContain('First.');
    expect(await first.summarize(llm, { keepTurns: 1, clock })).toBe(first);
  });

  test('is made of what was said and done, without tools, by the instructions given', async () => {
    const { llm, asked } = fakeLLM(says('<think>hm', 'm</thi', 'nk> A table.'));
    const summarized = await conversation.summarize(llm, { keepTurns: 1, clock, instructions: 'In one word.' });
    expect(textOf(summarized.messages('assistant')[0]?.content ?? [])).toBe('[Summary of what was said before]\nA table.');
    expect(asked[0]?.chat.map((item) => (item.type === 'message' ? [item.role, textOf(item.content)] : []))).toEqual([
      ['system', 'In one word.'],
      [
        'user',
        'user: A table for two.\nassistant: For when?\nuser: For eight.\n(the assistant used book with {"seats":2})\n(book answered: done)\nassistant: Booked.',
      ],
    ]);
    expect([asked[0]?.tools, asked[0]?.toolChoice]).toEqual([[], 'none']);
  });

  test('that the model cannot make is an error, and the conversation stays as it was', async () => {
    const refused = new APIStatusError('refused', { provider: 'fake', status: 401 });
    await expect(conversation.summarize(fakeLLM([], { error: refused }).llm, { keepTurns: 0, clock })).rejects.toBe(refused);
    await expect(conversation.summarize(fakeLLM(says('  ')).llm, { keepTurns: 0, clock })).rejects.toThrow(/empty summary/);
    for (const keepTurns of [-1, 0.5]) await expect(conversation.summarize(fakeLLM([]).llm, { keepTurns })).rejects.toThrow(/keepTurns/);
  });

  test('is waited for only so long, and can be called off', async () => {
    const slow = () => fakeLLM(says('late'), { afterMs: 60_000 }).llm;
    const late = conversation.summarize(slow(), { keepTurns: 0, clock });
    const failed = late.catch((error: unknown) => error);
    await clock.advance(30_000);
    expect(isAPIError(await clock.runUntil(failed))).toBe(true);
    await expect(late).rejects.toThrow(/30000 ms/);
    const controller = new AbortController();
    const calledOff = conversation.summarize(slow(), { keepTurns: 0, clock, signal: controller.signal });
    const settled = calledOff.catch(() => 'aborted');
    controller.abort(new Error('no longer wanted'));
    expect(await clock.runUntil(settled)).toBe('aborted');
    await clock.runUntilIdle();
    clock.assertIdle();
  });
});
