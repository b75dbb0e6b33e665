import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { inShort } from '../chat/in-short.js';
import { APIStatusError } from '../provider/api-error.js';
import { sleep } from '../stream/sleep.js';
import { textCall } from '../testing/text-call.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { StopResponse } from '../tools/tool-errors.js';
import { AgentSession } from './agent-session.js';

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was thrown';
};

const book = tool({
  description: 'Books.',
  parameters: z.object({ day: z.string(), people: z.object({ adults: z.number(), children: z.number() }) }),
  execute: ({ day }) => `booked for ${day}`,
});
const bookMonday = {
  agent: () => new Agent({ instructions: '', tools: { book } }),
  llm: [
    {
      input: 'book',
      output: 'A moment.',
      toolCalls: [{ name: 'book', argumentsJson: '{"day":"monday","people":{"adults":2,"children":1}}' }],
    },
    { input: 'booked for monday', output: 'Done.' },
  ],
};

describe('the assertions of a run', () => {
  test('walk over what happened, look at any place of it, and search it', async () => {
    await using call = await textCall({ agent: bookMonday.agent(), llm: bookMonday.llm });
    const result = await call.run('book');
    result.expect.next().isMessage({ role: 'assistant', text: /moment/ });
    result.expect.next().isToolCall({ name: 'book', arguments: { people: { adults: 2 } } });
    result.expect.next().isToolOutput({ output: 'booked for monday', isError: false });
    result.expect.next().isMessage({ text: 'Done.' });
    result.expect.noMore();
    result.expect.at(1).isToolCall();
    result.expect.at(-1).isMessage({ interrupted: false });
    result.expect.range(1, 3).containsToolOutput({ name: 'book' });
    expect(result.expect.containsToolCall({ arguments: { day: 'monday' } }).item).toBe(result.items[1]);
    await call.close();
  });

  test('can skip what does not matter', async () => {
    await using call = await textCall({ agent: bookMonday.agent(), llm: bookMonday.llm });
    const { expect: run } = await call.run('book');
    expect(run.skipNextIf({ type: 'message', text: 'other' })).toBe(false);
    expect(run.skipNextIf({ type: 'message' })).toBe(true);
    run.next({ type: 'message' }).isMessage({ text: 'Done.' });
    run.noMore();
    expect(messageOf(() => run.skipNext())).toContain('expected: another event');
  });

  test('that fail say what was expected, what happened, and list the run with its times', async () => {
    await using call = await textCall({ agent: bookMonday.agent(), llm: bookMonday.llm });
    const result = await call.run('book');
    expect(messageOf(() => result.expect.at(1).isToolCall({ name: 'book', arguments: { day: 'tuesday' } }))).toBe(
      [
        'expected: at [1] a tool call with name "book", arguments {"day":"tuesday"}',
        'happened: a tool call: book {"day":"monday","people":{"adults":2,"children":1}}',
        'the run:',
        '       0 ms       user: book',
        '     300 ms  [0]  assistant: A moment.',
        '     300 ms  [1]  call: book {"day":"monday","people":{"adults":2,"children":1}}   <-- here',
        '     300 ms  [2]  output: booked for monday',
        '     600 ms  [3]  assistant: Done.',
        '     600 ms       the end',
      ].join('\n'),
    );
  });

  test.each([
    [
      'an event of another type',
      (run: Awaited<ReturnType<typeof bookRun>>) => run.expect.at(0).isToolCall(),
      /\[0\] a tool call\nhappened: a message/,
    ],
    ['a text that is another', (run) => run.expect.at(0).isMessage({ text: 'Wait.' }), /a message with text "Wait\."/],
    [
      'an output that is another',
      (run) => run.expect.at(2).isToolOutput({ isError: true }),
      /isError true\nhappened: a tool output: booked/,
    ],
    ['no hand-off', (run) => run.expect.containsHandoff({ to: 'expert' }), /in \[0, end\) a hand-off with to "expert"/],
    ['too much', (run) => run.expect.noMore(), /nothing after/],
    ['too little', (run) => run.expect.at(9), /an event at \[9\]/],
    ['a part without it', (run) => run.expect.range(2).containsToolCall(), /in \[2, end\) a tool call/],
  ] satisfies [string, (run: Awaited<ReturnType<typeof bookRun>>) => unknown, RegExp][])('fail for %s', async (_name, act, message) => {
    const run = await bookRun();
    expect(messageOf(() => act(run))).toMatch(message);
  });
});

async function bookRun() {
  await using call = await textCall({ agent: bookMonday.agent(), llm: bookMonday.llm });
  return await call.run('book');
}

describe('a run', () => {
  test.each([0, 1])('S108: rejects with the error of the provider, after %i further tries', async (maxRetries) => {
    const error = new APIStatusError('overloaded', { provider: 'scripted', status: 503 });
    const call = await textCall({
      agent: new Agent({ instructions: '' }),
      llm: [{ input: 'hi', error }],
      options: { connectOptions: { llm: { maxRetries } } },
    });
    await expect(call.run('hi')).rejects.toBe(error);
    await call.close();
  });

  test('S108: of a turn that wants no reply is a success without events', async () => {
    class Silent extends Agent {
      override onUserTurnCompleted(): void {
        throw new StopResponse();
      }
    }
    await using call = await textCall({ agent: new Silent({ instructions: '' }) });
    const result = await call.run('psst');
    expect(result.items).toEqual([]);
    result.expect.noMore();
    expect(call.session.history.messages('user').map(inShort)).toEqual(['user: psst']);
  });

  test('that does not come to its end in time rejects with what happened so far', async () => {
    const wait = tool({
      description: 'Waits.',
      execute: (_args, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    });
    await using call = await textCall({
      agent: new Agent({ instructions: '', tools: { wait } }),
      llm: [{ input: 'wait', output: 'Well.', toolCalls: [{ name: 'wait' }] }],
    });
    const running = call.session.run({ userInput: 'wait', timeoutMs: 5000 });
    await expect(call.clock.runUntil(running)).rejects.toThrow(/within 5000 ms\nthe run:\n.*user: wait\n.*assistant: Well\./);
  });

  test('is one at a time', async () => {
    await using call = await textCall({ agent: new Agent({ instructions: '' }), llm: [{ input: 'one', output: '1' }] });
    const first = call.session.run({ userInput: 'one' });
    await expect(call.session.run({ userInput: 'two' })).rejects.toThrow(/another run/);
    (await call.clock.runUntil(first)).expect.next().isMessage({ text: '1' });
  });

  test('needs a session that runs', async () => {
    const session = new AgentSession({ clock: new VirtualClock() });
    await expect(session.run({ userInput: 'hi' })).rejects.toThrow(/has not been started/);
  });
});

test('S107: a background tool that takes an hour does not hold the run, and tells its result after it', async () => {
  const search = tool({
    description: '',
    background: true,
    execute: async () => {
      await sleep(3_600_000, { clock: call.clock });
      return 'found';
    },
  });
  await using call = await textCall({
    agent: new Agent({ instructions: '', tools: { search } }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'search' }] },
      { input: 'Started.\n(Still running. The result will follow; do not guess it.)', output: 'I look' },
      { input: 'found', output: 'there it is' },
    ],
  });
  const result = await call.run('go');
  result.expect.at(-1).isMessage({ text: 'I look' });
  expect(result.durationMs).toBeLessThan(1000);
  await call.clock.advance(3_601_000);
  expect(call.session.history.items.slice(-2).map(inShort)).toEqual(['output: found', 'assistant: there it is']);
  await call.close();
});

describe('S106: the start of a session, captured', () => {
  test('holds the hand-off and everything that onEnter has said, and nothing more', async () => {
    class Greeter extends Agent {
      override onEnter(): void {
        this.session.say('welcome');
        this.session.generateReply({ userInput: 'greet' });
      }
    }
    await using call = await textCall({
      agent: new Greeter({ instructions: '', label: 'greeter' }),
      llm: [
        { input: 'greet', output: 'how are you?' },
        { input: 'fine', output: 'good' },
      ],
    });
    const { expect: start } = call.started;
    start.next().isHandoff({ to: 'greeter' });
    start.next().isMessage({ text: 'welcome' });
    start.next().isMessage({ text: 'how are you?' });
    start.noMore();
    expect((await call.run('fine')).items).toHaveLength(1);
    expect(call.started.items).toHaveLength(3);
  });

  test('of an agent that says nothing is complete too', async () => {
    await using call = await textCall({ agent: new Agent({ instructions: '', label: 'silent' }) });
    expect(call.started.items.map(inShort)).toEqual(['handoff: silent']);
  });
});
