import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import type { RunContext } from '../agent/session.js';
import { createDeferred } from '../stream/deferred.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import type { AgentSession } from './agent-session.js';
import { StopResponse, ToolError } from '../tools/tool-errors.js';
import type { Tool } from '../tools/tool.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const search = { input: 'hello', toolCalls: [{ name: 'search' }] };
const running = (text: string) => `${text}\n(Still running. The result will follow; do not guess it.)`;
const answered = { input: running('searching'), output: 'I am looking' };
const spoken = (...texts: readonly string[]) => texts.map((text) => ({ text, audioMs: 1000 }));

/** A tool that reports once and then waits for the gate. */
const searching = (gate: PromiseLike<unknown>, marks: Partial<Tool<RunContext>> = {}) =>
  tool({
    description: 'Searches.',
    ...marks,
    execute: async (_args, context) => {
      context.update('searching');
      return await gate;
    },
  });

const toolEvents = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) => {
    if (event.type === 'tool-updated') return [`${atMs} ${event.status} ${event.outputCallId ?? event.callId}`];
    if (event.type === 'tool-reply-updated') return [`${atMs} reply ${event.status} ${event.callIds.join(' ')}`];
    return [];
  });

/** A call in which the search ends so. */
async function searchThatEnds(ending: () => unknown, more: Partial<Scenario> = {}): Promise<ScenarioResult> {
  const gate = createDeferred<unknown>();
  return scenario({
    user: hello,
    durationMs: 16_000,
    ...more,
    llm: [search, answered, ...(more.llm ?? [])],
    tts: [...spoken('I am looking'), ...(more.tts ?? [])],
    tools: { search: searching(gate.promise), ...more.tools },
    at: { ...more.at, 10_000: () => gate.resolve(Promise.resolve().then(ending)) },
  });
}

test('a tool in the background that reports as it begins is answered by that report, and spoken of once', async () => {
  const result = await scenario({
    user: hello,
    llm: [search, answered],
    tts: spoken('I am looking'),
    tools: { search: searching(new Promise(() => {}), { background: true }) },
    durationMs: 9000,
  });
  expect(result.llmCalls).toHaveLength(2);
  expect(result.history).toEqual(['user: hello', 'call: search {}', `output: ${running('searching')}`, 'assistant: I am looking']);
});

test('one whose result is there at once is answered by its result', async () => {
  const result = await scenario({
    user: hello,
    llm: [search, { input: 'found', output: 'there it is' }],
    tts: spoken('there it is'),
    tools: { search: tool({ description: 'Searches.', background: true, execute: () => 'found' }) },
    durationMs: 9000,
  });
  expect(result.history).toEqual(['user: hello', 'call: search {}', 'output: found', 'assistant: there it is']);
});

describe('a tool that reports', () => {
  test('S089, S090: answers its call with the first report, and tells its result in a reply of its own', async () => {
    const result = await searchThatEnds(() => 'found', { llm: [{ input: 'found', output: 'there it is' }], tts: spoken('there it is') });
    expect(result.history).toEqual([
      'user: hello',
      'call: search {}',
      `output: ${running('searching')}`,
      'assistant: I am looking',
      'call: search {}',
      'output: found',
      'assistant: there it is',
    ]);
    expect(result.session.history.ofType('tool-output').map(({ callId }) => callId)).toEqual(['call-1', 'call-1_final']);
    expect(toolEvents(result)).toEqual([
      '3300 started call-1',
      '3300 updated call-1',
      '10000 ended call-1_final',
      '10000 reply scheduled call-1_final',
      '11500 reply completed call-1_final',
    ]);
    expect(result.agentStates.slice(-3)).toEqual(['10000 thinking', '10500 speaking', '11500 listening']);
  });

  test('S089, S090: may report again: one reply tells all that came while somebody spoke', async () => {
    const gate = createDeferred<unknown>();
    const data = { found: 1 };
    const result = await scenario({
      user: [...hello, { startMs: 7000, endMs: 9500, text: 'and' }],
      llm: [search, answered, { input: 'and', output: 'yes' }, { input: 'all', output: 'that is all' }],
      tts: spoken('I am looking', 'yes', 'that is all'),
      tools: {
        search: tool({
          description: 'Searches.',
          execute: async (_args, context) => {
            context.update('searching');
            await gate.promise;
            context.update(data);
            data.found = 2;
            return 'all';
          },
        }),
      },
      at: { 8000: () => gate.resolve('') },
      durationMs: 20_000,
    });
    expect(toolEvents(result).slice(2)).toEqual([
      '8000 updated call-1_update_1',
      '8000 ended call-1_final',
      '11500 reply scheduled call-1_update_1 call-1_final',
      '13000 reply completed call-1_update_1 call-1_final',
    ]);
    // What the tool changes afterwards was not reported.
    expect(result.history).toContain(`output: ${running('{"found":1}')}`);
  });

  test.each([
    ['nothing', () => undefined],
    [
      'StopResponse',
      () => {
        throw new StopResponse();
      },
    ],
  ])('has nothing more to tell if it ends with %s', async (_what, ending) => {
    const result = await searchThatEnds(ending);
    expect(result.history).toHaveLength(4);
    expect(toolEvents(result).at(-1)).toBe('10000 ended call-1_final');
  });

  test('tells of its failure', async () => {
    const failing = () => {
      throw new ToolError('nothing there');
    };
    const result = await searchThatEnds(failing, { llm: [{ input: 'nothing there', output: 'sorry' }], tts: spoken('sorry') });
    expect(result.history.slice(-2)).toEqual(['error: nothing there', 'assistant: sorry']);
  });

  test('is not ended by an interruption, and tells its result all the same', async () => {
    const result = await searchThatEnds(() => 'found', {
      at: { 4500: (session) => session.interrupt() },
      llm: [{ input: 'found', output: 'there it is' }],
      tts: spoken('there it is'),
    });
    expect(result.history.slice(-3)).toEqual(['call: search {}', 'output: found', 'assistant: there it is']);
  });

  test('S089: whose reply is interrupted has its result kept, and is told as that', async () => {
    const result = await searchThatEnds(() => 'found', {
      at: { 11_000: (session) => session.interrupt() },
      llm: [{ input: 'found', output: 'there it is' }],
      tts: spoken('there it is'),
    });
    expect(toolEvents(result).slice(-2)).toEqual(['10000 reply scheduled call-1_final', '11000 reply interrupted call-1_final']);
    expect(result.history.slice(-3)).toEqual(['call: search {}', 'output: found', 'assistant!: there']);
  });

  test('S107: may hand over with its result', async () => {
    class Expert extends Agent {
      override onEnter(): void {
        this.session.say('I am the expert');
      }
    }
    const result = await searchThatEnds(() => new Expert({ instructions: '', label: 'expert' }), { tts: spoken('I am the expert') });
    const items = result.session.history.items.slice(-4).map((item) => item.type);
    expect(items).toEqual(['tool-call', 'tool-output', 'agent-handoff', 'message']);
    expect(result.session.agent?.label).toBe('expert');
  });

  test('has its result kept if the session closes before it could be told', async () => {
    const gate = createDeferred<unknown>();
    const result = await scenario({
      user: [...hello, { startMs: 7000, endMs: 11_000, text: '' }],
      llm: [search, answered],
      tts: spoken('I am looking'),
      tools: { search: searching(gate.promise) },
      at: { 9000: () => gate.resolve('found') },
      durationMs: 10_000,
    });
    expect(result.session.history.ofType('tool-output').map(({ callId }) => callId)).toEqual(['call-1', 'call-1_final']);
    expect(toolEvents(result).at(-1)).toMatch(/reply skipped call-1_final$/);
  });

  test('is ended by a close, and keeps no session from being idle', async () => {
    let isIdle = false;
    const result = await scenario({
      user: hello,
      llm: [search, answered],
      tts: spoken('I am looking'),
      tools: { search: searching(new Promise(() => {})) },
      at: {
        4000: async (session) => {
          await session.waitForIdle();
          isIdle = true;
        },
        5100: () => expect(isIdle).toBe(true),
      },
      durationMs: 10_000,
    });
    expect(toolEvents(result).at(-1)).toMatch(/aborted call-1_final$/);
  });

  test.each([
    ['with its result', 'found'],
    ['with nothing', undefined],
  ])('S073: the user is not away while it runs, and once after it ended %s', async (_what, value) => {
    const tells = value !== undefined;
    const result = await searchThatEnds(() => value, {
      options: { userAwayTimeoutMs: 3000 },
      llm: tells ? [{ input: 'found', output: 'there it is' }] : [],
      tts: tells ? spoken('there it is') : [],
      durationMs: 25_000,
    });
    expect(result.userStates.filter((state) => state.endsWith('away'))).toEqual([tells ? '14500 away' : '13000 away']);
  });
});

test('a tool marked background answers its call at once', async () => {
  const gate = createDeferred<string>();
  const result = await scenario({
    user: hello,
    llm: [search, { input: running('Started.'), output: 'I am looking' }, { input: 'found', output: 'there it is' }],
    tts: spoken('I am looking', 'there it is'),
    tools: { search: tool({ description: 'Searches.', background: true, execute: () => gate.promise }) },
    at: { 9000: () => gate.resolve('found') },
    durationMs: 12_000,
  });
  expect(toolEvents(result).slice(0, 3)).toEqual(['3300 started call-1', '3300 updated call-1', '9000 ended call-1_final']);
  expect(result.history.at(-1)).toBe('assistant: there it is');
});

describe('S088: cancelling a call', () => {
  const cancelled = async (marks: Partial<Tool<RunContext>>, atMs: number, allowInterruptions = true) => {
    let error: unknown;
    const gate = createDeferred<string>();
    const result = await scenario({
      user: hello,
      llm: [
        search,
        ...(atMs > 5000 ? [answered] : []),
        ...(atMs < 5000 && (marks.uninterruptible === true || !allowInterruptions) ? [{ input: 'late' }] : []),
      ],
      tts: atMs > 5000 ? spoken('I am looking') : [],
      tools: { search: atMs > 5000 ? searching(gate.promise, marks) : tool({ description: '', ...marks, execute: () => gate.promise }) },
      options: { allowInterruptions },
      at: {
        [atMs]: (session) => {
          const [call] = session.runningToolCalls;
          try {
            session.cancelToolCall(call?.callId ?? '');
          } catch (thrown) {
            error = thrown;
          }
          expect(call).toEqual({ callId: 'call-1', name: 'search', argumentsJson: '{}', isReleased: atMs > 5000 });
        },
        8000: () => gate.resolve('late'),
      },
      durationMs: 10_000,
    });
    return { result, error };
  };

  test('S088: ends it, and answers it', async () => {
    const { result, error } = await cancelled({}, 4000);
    expect(error).toBeUndefined();
    expect(result.history.slice(1)).toEqual(['call: search {}', 'error: The call was cancelled before it was finished.']);
    expect(toolEvents(result).at(-1)).toBe('4000 aborted call-1');
  });

  test('S088: ends one that was released, which has been answered', async () => {
    const { result } = await cancelled({}, 7000, false);
    expect(toolEvents(result).at(-1)).toBe('7000 aborted call-1_final');
    expect(result.history).toHaveLength(4);
  });

  test('S088: is refused for a tool that is uninterruptible, and for a turn that allows no interruptions', async () => {
    const marked = await cancelled({ uninterruptible: true }, 4000);
    expect(marked.error).toMatchObject({ name: 'ToolError', message: expect.stringMatching(/not cancellable: the tool is marked/) });
    expect(marked.result.history.slice(1)).toEqual(['call: search {}', 'output: late']);
    const protectedTurn = await cancelled({}, 4000, false);
    expect(protectedTurn.error).toMatchObject({ name: 'ToolError', message: expect.stringMatching(/does not allow interruptions/) });
  });

  test('S088: before its first step, as it is told of, answers it, and it is never begun', async () => {
    let isBegun = false;
    const result = await scenario({
      user: hello,
      llm: [search],
      tools: {
        search: tool({
          description: '',
          execute: () => {
            isBegun = true;
          },
        }),
      },
      at: {
        0: (session) =>
          session.on('tool-updated', ({ status, callId }) => (status === 'started' ? session.cancelToolCall(callId) : undefined)),
      },
      durationMs: 6000,
    });
    expect(result.history.slice(1)).toEqual(['call: search {}', 'error: The call was cancelled before it was finished.']);
    expect(isBegun).toBe(false);
  });

  test('S088: is refused for a call that does not run', async () => {
    const at = { 1000: (session: AgentSession) => expect(() => session.cancelToolCall('call-1')).toThrow(/no call with the id "call-1"/) };
    await scenario({ at, durationMs: 2000 });
  });
});
