import { describe, expect, test } from 'vitest';
import { Agent, type UserTurnCompleted } from '../agent/agent.js';
import { handoff } from '../agent/handoff.js';
import { TaskGroup } from '../agent/task-group.js';
import { tool } from '../agent/tool.js';
import { scenario } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

/** As from JavaScript, where nothing is checked beforehand. */
function anyhow<T>(value: unknown): T;
function anyhow(value: unknown): unknown {
  return value;
}
const agent = () => new Agent({ instructions: '' });
const greet = tool({ name: 'greet', description: '', execute: () => 'hi' });

/** Calls a method that may not be typed so; returns what it refused, and what the history holds then. */
async function refused(method: string, args: readonly unknown[]): Promise<{ readonly told: string; readonly items: number }> {
  const clock = new VirtualClock();
  const session = new AgentSession({ clock, logger: { log: () => {} } });
  await session.start({ agent: agent() });
  try {
    await Reflect.apply(anyhow<() => unknown>(Reflect.get(session, method)), session, args);
    return { told: 'accepted', items: -1 };
  } catch (error) {
    const told = error instanceof TypeError ? error.message : `not a TypeError: ${String(error)}`;
    return { told, items: session.history.items.length };
  } finally {
    await clock.runUntil(session.close());
  }
}

describe('a method is told at once what it cannot take, by its name, and does nothing', () => {
  test.each([
    ['say', [], 'say: what is to be said is undefined; it must be a text, or an async iterable of pieces of one'],
    ['say', [['a', 'b']], 'say: what is to be said is an object; it must be a text, or an async iterable of pieces of one'],
    ['say', ['hi', null], 'say: its options are null; they must be an object'],
    [
      'say',
      ['hi', { interruptible: false }],
      /^say: there is no option "interruptible"; known are addToChat, allowInterruptions, audio, priority$/,
    ],
    ['say', ['hi', { allowInterruptions: 'no' }], 'say: option "allowInterruptions" is "no"; it must be true or false'],
    ['say', ['hi', { priority: Number.NaN }], 'say: option "priority" is NaN; it must be a number'],
    ['say', ['hi', { audio: 5 }], 'say: option "audio" is 5; it must be an iterable of audio frames, async or not'],
    ['generateReply', ['say hi'], 'generateReply: its options are "say hi"; they must be an object'],
    ['generateReply', [{ instruction: 'x' }], /^generateReply: there is no option "instruction"; known are additionalInstructions/],
    ['generateReply', [{ userInput: 5 }], 'generateReply: option "userInput" is 5; it must be a text'],
    ['generateReply', [{ userInput: 'x', tools: { a: 1 } }], /^tools: "a" is not a tool/],
    ['generateReply', [{ toolChoice: 'sometimes' }], /^generateReply: option "toolChoice" is "sometimes"; it must be one of "auto"/],
    [
      'generateReply',
      [{ userInput: 'x', toolChoice: 'required' }],
      'generateReply: option "toolChoice" is "required", but this reply has no tools',
    ],
    [
      'generateReply',
      [{ userInput: 'x', tools: [greet], toolChoice: { name: 'book' } }],
      'generateReply: option "toolChoice" names "book", which is no tool of this reply; there are greet',
    ],
    ['interrupt', [{ force: 1 }], 'interrupt: option "force" is 1; it must be true or false'],
    ['updateAgent', [agent(), { carry: true }], 'updateAgent: there is no option "carry"; known are carryContext'],
    ['run', [], 'run: its options are undefined; they must be an object'],
    ['run', [{ userInput: 'x', timeoutMs: -1 }], /^run: option "timeoutMs" is -1; it must be milliseconds, more than 0/],
    ['drain', [{ timeout: 5 }], 'drain: there is no option "timeout"; known are timeoutMs'],
    ['on', ['agent-state', () => {}], /^on: there is no event "agent-state"; known are agent-state-changed, /],
    ['once', ['close'], 'once: the listener for "close" is no function'],
  ] satisfies [string, unknown[], string | RegExp][])('%s %j', async (method, args, message) => {
    const { told, items } = await refused(method, args);
    expect(told).toMatch(message);
    // But for the mark that the agent has taken over, nothing has happened.
    expect(items).toBe(1);
  });

  test('null is absent, and blanks are nothing that the user has said', async () => {
    const nothing = { instructions: null, tools: null, toolChoice: null, userInput: ' ', allowInterruptions: null, priority: null };
    const { history, llmCalls } = await scenario({
      llm: [{ input: '', output: '' }],
      at: { 500: (session) => void session.generateReply(nothing) },
      durationMs: 3000,
    });
    expect(history).toEqual([]);
    expect(llmCalls).toHaveLength(1);
  });
});

test.each([
  [
    'an agent',
    () => new Agent(anyhow({ instructions: '', chatContext: {} })),
    /^Agent: option "chatContext" is an object; it must be a conv/,
  ],
  ['an agent', () => new Agent({ instructions: '', label: '' }), /^Agent: option "label" is ""; it must be a text that is not empty/],
  [
    'an agent',
    () => new Agent({ instructions: '', tools: anyhow(new Map([['greet', greet]])) }),
    /^tools: they are given as an object or a list/,
  ],
  ['an agent', () => agent().updateTools(anyhow(undefined)), /^Agent.updateTools: they are undefined; they must be an object, or a list/],
  ['an agent', () => agent().updateInstructions(anyhow(undefined)), /^Agent.updateInstructions: they are undefined; they must be a text/],
  ['an agent', () => agent().updateChatContext(anyhow([])), /^Agent.updateChatContext: that is no conversation/],
  ['a tool', () => tool(anyhow<never>(undefined)), /^tool: give it an object/],
  [
    'a tool',
    () => tool(anyhow<never>({ description: '', execute: () => {}, irreversable: true })),
    /^tool: there is no option "irreversable"; known/,
  ],
  [
    'a hand-off',
    () => handoff(anyhow({ agent: agent(), carry: true })),
    /^handoff: there is no option "carry"; known are agent, carryContext/,
  ],
  [
    'a group',
    () => new TaskGroup(anyhow<never>({ tasks: { a: {} } })),
    /^TaskGroup: option "tasks" is an object; it must be tasks by id, each/,
  ],
  ['a group', () => new TaskGroup(anyhow<never>({})), /^TaskGroup: option "tasks" is/],
  ['a session', () => new AgentSession(anyhow<never>(null)), /^AgentSession: its options are null; they must be an object/],
])('%s that cannot be is refused when it is made: %s', (_what, make, message) => {
  expect(make).toThrow(message);
  expect(make).toThrow(TypeError);
});

test('what an agent was given is its own: a list or an object that is changed later changes nothing', () => {
  const tools = { greet };
  const own = new Agent({ instructions: '', tools });
  Object.assign(tools, { more: greet });
  own.tools.push(greet);
  expect(own.tools.map(({ name }) => name)).toEqual(['greet']);
});

describe('a hook that leaves behind what cannot be is reported by name, and the turn goes on', () => {
  class Careless extends Agent {
    readonly #completed: (turn: UserTurnCompleted) => void;
    constructor(completed: (turn: UserTurnCompleted) => void) {
      super({ instructions: '', label: 'desk' });
      this.#completed = completed;
    }
    override onUserTurnCompleted(turn: UserTurnCompleted): void {
      this.#completed(turn);
    }
    override onReplyFailed(): string {
      return anyhow(7);
    }
  }
  const user = [{ startMs: 500, endMs: 1500, text: 'hello' }];
  const errors = (events: Awaited<ReturnType<typeof scenario>>['events']) =>
    events.flatMap(({ event }) => (event.type === 'error' && event.source === 'hook' ? [event.error.message] : []));

  test.each([
    ['it set "text" to something of type undefined; the text stays as it was', { text: undefined }],
    ['it set "text" to something of type number; the text stays as it was', { text: 5 }],
    ['it set "chatContext" to something that is no conversation; the conversation stays as it was', { chatContext: {} }],
  ])('%s', async (what, change) => {
    const { history, events } = await scenario({
      user,
      agent: new Careless((turn) => void Object.assign(turn, change)),
      llm: [{ input: 'hello', output: 'hi there' }],
      tts: [{ text: 'hi there', audioMs: 500 }],
      durationMs: 5000,
    });
    expect(history).toEqual(['user: hello', 'assistant: hi there']);
    expect(errors(events)).toEqual([`hook onUserTurnCompleted of agent "desk": ${what}`]);
  });

  test('what onReplyFailed returns is no text; what a hook throws is no error', async () => {
    const { events } = await scenario({
      user,
      agent: new Careless(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- that is what it is to do wrong
        throw 'text';
      }),
      llm: [{ input: 'hello', error: new Error('down') }],
      durationMs: 5000,
    });
    expect(errors(events)).toEqual([
      'hook onUserTurnCompleted of agent "desk": threw a value of type string, which is no error',
      'hook onReplyFailed of agent "desk": it returned something of type number, which is no text',
    ]);
  });
});

test('a tool that fails is told by its name, a limit that has passed by what was waited for; neither what was thrown', async () => {
  const fail = tool({
    description: '',
    execute: () => {
      throw new RangeError('sk-live-123');
    },
  });
  const wait = tool({ description: '', timeoutMs: 400, execute: () => new Promise(() => {}) });
  const { events } = await scenario({
    tools: { fail, wait },
    llm: [{ input: 'go', toolCalls: [{ name: 'fail' }, { name: 'wait' }] }, { input: 'wait did not finish within 400 ms, and was ended.' }],
    at: { 0: (session) => void session.generateReply({ userInput: 'go' }) },
    durationMs: 3000,
  });
  expect(events.flatMap(({ event }) => (event.type === 'error' ? [[event.error.name, event.error.message]] : []))).toEqual([
    ['RangeError', 'tool "fail" threw RangeError; its message is in the log, at level "debug"'],
    ['Error', 'tool "wait" did not finish within 400 ms, and was ended'],
  ]);
});

const [circle, list]: [Record<string, unknown>, unknown[]] = [{}, []];
circle['self'] = { within: circle };
list.push(list);
test.each([
  ['a circle', circle, 'an object that contains itself'],
  ['a list of itself', list, 'an object that contains itself'],
  ['a bigint within', { count: 5n }, 'a bigint'],
  ['a map', new Map([['secret', 1]]), 'an object of class Map, of which JSON shows nothing'],
  ['a function', () => {}, 'a function'],
  ['a symbol', Symbol('secret'), 'a symbol'],
])('what a tool returned and JSON cannot hold is told to the operator by what it is: %s', async (_name, value, what) => {
  const { events, history } = await scenario({
    tools: { look: tool({ description: '', execute: () => value }) },
    llm: [{ input: 'go', toolCalls: [{ name: 'look' }] }, { input: 'An internal error occurred.' }],
    at: { 0: (session) => void session.generateReply({ userInput: 'go' }) },
    durationMs: 3000,
  });
  expect(events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []))).toEqual([
    `tool "look" returned ${what}, which cannot be told to a model; return text or plain data`,
  ]);
  expect(history.at(-1)).toBe('error: An internal error occurred.');
});

test('what stands twice in a result, and not within itself, is told to the model', async () => {
  const day = { open: true };
  const { history } = await scenario({
    tools: { look: tool({ description: '', execute: () => ({ monday: day, days: [day, day] }) }) },
    llm: [
      { input: 'go', toolCalls: [{ name: 'look' }] },
      { input: '{"monday":{"open":true},"days":[{"open":true},{"open":true}]}', output: 'ok' },
    ],
    tts: [{ text: 'ok', audioMs: 100 }],
    at: { 0: (session) => void session.generateReply({ userInput: 'go' }) },
    durationMs: 3000,
  });
  expect(history.at(-1)).toBe('assistant: ok');
});

test('what a tool threw is found in the log in full, at level "debug", and nowhere else', async () => {
  const lines: unknown[] = [];
  const secret = 'table 7 of Mrs Smith';
  const fail = tool({
    description: '',
    execute: () => {
      throw new RangeError(secret, { cause: new Error('the database is gone') });
    },
  });
  const { events, session } = await scenario({
    tools: { fail },
    options: { logger: { log: (level, message, fields) => lines.push([level, message, fields]) } },
    llm: [{ input: 'go', toolCalls: [{ name: 'fail' }] }, { input: 'An internal error occurred.' }],
    at: { 0: (own) => void own.generateReply({ userInput: 'go' }) },
    durationMs: 3000,
  });
  const error = { name: 'RangeError', message: secret, stack: expect.stringContaining('bad-calls.test.ts'), cause: 'the database is gone' };
  expect(lines).toContainEqual(['debug', 'tool "fail" failed', { tool: 'fail', callId: 'call-1', error }]);
  expect(JSON.stringify([events, session.history.items])).not.toContain(secret);
});
