import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import { handoff } from '../agent/handoff.js';
import type { RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import type { STT, STTRequest } from '../provider/stt.js';
import type { TTSRequest } from '../provider/tts.js';
import { sleep } from '../stream/sleep.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { scenario } from '../testing/scenario.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedTurnDetector } from '../testing/scripted-turn-detector.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { VirtualClock } from '../time/virtual-clock.js';
import type { Tool } from '../tools/tool.js';
import { StopResponse } from '../tools/tool-errors.js';

const act = (execute: (context: RunContext) => unknown, marks: { readonly background?: boolean } = {}): Tool<RunContext> =>
  tool({ description: 'Acts.', execute: (_args, context) => execute(context), ...marks });
const newAgent = (label: string, tools: Readonly<Record<string, Tool<RunContext>>> = {}) =>
  new Agent({ instructions: label, label, tools });

class Stopping extends Agent {
  override onEnter(): never {
    throw new StopResponse();
  }

  override onExit(): never {
    throw new StopResponse();
  }
}

test('StopResponse out of onEnter or onExit ends the hook, and neither the hand-off nor the call', async () => {
  const { session, events } = await scenario({
    agent: new Stopping({ instructions: 'a', label: 'A' }),
    at: { 500: (running) => running.updateAgent(newAgent('B')) },
    durationMs: 1000,
  });
  expect(session.agent?.label).toBe('B');
  expect(events.filter(({ event }) => event.type === 'error')).toEqual([]);
});

class Collect extends AgentTask<string> {}

test('the reply after a tool waits for the task that has the word meanwhile, and is made with the models of its own agent', async () => {
  const clock = new VirtualClock();
  const problems = new ScriptProblems();
  const task = new Collect({ instructions: 'task', label: 'T', llm: createScriptedLLM([], problems) });
  const weather = act(async () => {
    await sleep(3000, { clock });
    return 'sunny';
  });
  const { history } = await scenario({
    clock,
    agent: newAgent('A', { weather }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'weather' }] },
      { input: 'sunny', output: 'it is sunny' },
    ],
    tts: [{ text: 'it is sunny', audioMs: 1000 }],
    at: {
      500: (session) => void session.generateReply({ userInput: 'go' }),
      1500: (session) => void task.run({ session }),
      8000: () => void task.complete('done'),
    },
    durationMs: 12_000,
  });
  expect(history).toEqual(['user: go', 'call: weather {}', 'output: sunny', 'assistant: it is sunny']);
  problems.assertNone();
});

class OwnVoice extends Agent {
  override async *ttsNode(request: TTSRequest) {
    yield* super.ttsNode(request);
  }
}

test('an agent with nodes of its own says its goodbye to the end after another has taken over', async () => {
  const problems = new ScriptProblems();
  const sentences = ['This is a long sentence of a goodbye.', 'And here is another long sentence of it.'];
  const scripted = createScriptedTTS(
    sentences.map((text) => ({ text, audioMs: 3000 })),
    problems,
  );
  const tts = {
    ...scripted,
    capabilities: { ...scripted.capabilities, streaming: false },
    synthesize: (request: TTSRequest) => scripted.synthesize(request),
  };
  const agent = new OwnVoice({ instructions: 'a', label: 'A' });
  const { history, session } = await scenario({
    agent,
    options: { maxAheadMs: 1000, tts },
    at: {
      500: (running) => {
        void running.say(sentences.join(' '));
        void running.updateAgent(newAgent('B'));
      },
      // It may be used elsewhere once it has been heard.
      11_000: () => expect(() => agent.session).toThrow('runs in no session'),
    },
    durationMs: 12_000,
  });
  expect(history).toEqual([`assistant: ${sentences.join(' ')}`]);
  expect(session.agent?.label).toBe('B');
});

test('S064 a call of the STT outlives a hand-off if the next agent listens in the same way, else it is heard out; nothing is lost or doubled', async () => {
  const user = [{ startMs: 500, endMs: 2500, text: 'hello there' }];
  let calls = 0;
  const counted = (stt: STT): STT => ({
    ...stt,
    transcribe: (request) => {
      calls += 1;
      return stt.transcribe(request);
    },
  });
  class OwnNode extends Agent {
    override sttNode(request: STTRequest) {
      return super.sttNode(request);
    }
  }
  // In the midst of what is said, or between the end of the voice and its text.
  const handOver = async (make: () => Agent, atMs: number) => {
    calls = 0;
    const result = await scenario({
      user,
      options: { stt: counted(createScriptedSTT(user)), llm: null },
      at: { [atMs]: (session) => session.updateAgent(make()) },
      durationMs: 6000,
    });
    return [calls, ...result.history, ...result.userStates];
  };
  const whole = ['user: hello there', '550 speaking', '3000 listening'];
  expect(await handOver(() => newAgent('next'), 1500)).toEqual([1, ...whole]);
  expect(await handOver(() => newAgent('next'), 2600)).toEqual([1, ...whole]);
  const others: readonly (() => Agent)[] = [
    () => new OwnNode({ instructions: '' }),
    () => new Agent({ instructions: '', stt: counted(createScriptedSTT(user)) }),
  ];
  for (const make of others) {
    expect((await handOver(make, 1510)).slice(0, 2)).toEqual([2, 'user: hello there']);
    expect((await handOver(make, 2560)).slice(0, 2)).toEqual([2, 'user: hello there']);
  }
});

test('a detector that comes with other options is asked at once, and the one before no more', async () => {
  const problems = new ScriptProblems();
  const before = createScriptedTurnDetector([{ probability: 0 }], problems);
  const after = createScriptedTurnDetector([{ probability: 1 }], problems);
  const { history, timeline } = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
    llm: [{ input: 'hello', output: 'hi there' }],
    tts: [{ text: 'hi there', audioMs: 1000 }],
    options: { minEndpointingDelayMs: 500, turnDetection: before },
    at: { 3500: (session) => session.updateOptions({ turnDetection: after }) },
    durationMs: 8000,
  });
  expect(history).toEqual(['user: hello', 'assistant: hi there']);
  expect(timeline).toContain('3550 ms     history: user: hello');
  expect(before.asked).toHaveLength(1);
  expect(after.asked).toHaveLength(1);
});

const unable = () => new Agent({ instructions: 'b', label: 'B', vad: null, turnDetection: 'vad' });

test('a tool that hands over to an agent which cannot run is answered with that, and the agent goes on', async () => {
  const { history, session, events } = await scenario({
    agent: newAgent('A', { move: act(unable) }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'move' }] },
      { input: 'The hand-off did not happen: that agent cannot take over.', output: 'I cannot connect you' },
    ],
    tts: [{ text: 'I cannot connect you', audioMs: 1000 }],
    at: { 500: (running) => void running.generateReply({ userInput: 'go' }) },
    durationMs: 5000,
  });
  expect(history.slice(1)).toEqual([
    'call: move {}',
    'error: The hand-off did not happen: that agent cannot take over.',
    'assistant: I cannot connect you',
  ]);
  expect(session.agent?.label).toBe('A');
  expect(events.filter(({ event }) => event.type === 'error')).toHaveLength(1);
});

test('so is one that had released its turn', async () => {
  const clock = new VirtualClock();
  const move = act(async ({ update }) => {
    update('searching');
    await sleep(3000, { clock });
    return unable();
  });
  const { history, session } = await scenario({
    clock,
    agent: newAgent('A', { move }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'move' }] },
      { input: 'searching\n(Still running. The result will follow; do not guess it.)', output: 'wait please' },
      { input: 'The hand-off did not happen: that agent cannot take over.', output: 'I cannot connect you' },
    ],
    tts: [
      { text: 'wait please', audioMs: 500 },
      { text: 'I cannot connect you', audioMs: 1000 },
    ],
    at: { 500: (running) => void running.generateReply({ userInput: 'go' }) },
    durationMs: 9000,
  });
  expect(history.at(-1)).toBe('assistant: I cannot connect you');
  expect(session.agent?.label).toBe('A');
});

test('a change of options that the agent below a task could not run with is refused, and changes nothing', async () => {
  const task = new Collect({ instructions: 'task', label: 'T', vad: createScriptedVAD(), turnDetection: 'vad' });
  const { history } = await scenario({
    agent: new Agent({ instructions: 'a', label: 'A', turnDetection: 'vad' }),
    user: [{ startMs: 6000, endMs: 7000, text: 'hello' }],
    llm: [{ input: 'hello', output: 'hi there' }],
    tts: [{ text: 'hi there', audioMs: 1000 }],
    at: {
      500: (session) => void task.run({ session }),
      1000: (session) => expect(() => session.updateOptions({ vad: null })).toThrow(TypeError),
      3000: () => void task.complete('done'),
    },
    durationMs: 12_000,
  });
  expect(history).toEqual(['user: hello', 'assistant: hi there']);
});

test('what the caller asked of one agent is answered by the next, where the tool ends after the hand-off', async () => {
  const clock = new VirtualClock();
  const weather = act(async () => {
    await sleep(2000, { clock });
    return 'sunny';
  });
  const { history } = await scenario({
    clock,
    agent: newAgent('A', { weather }),
    user: [{ startMs: 500, endMs: 1500, text: 'weather?' }],
    llm: [
      { input: 'weather?', toolCalls: [{ name: 'weather' }] },
      { input: 'sunny', output: 'it is sunny' },
    ],
    tts: [{ text: 'it is sunny', audioMs: 1000 }],
    at: { 3000: (session) => session.updateAgent(newAgent('B')) },
    durationMs: 9000,
  });
  expect(history).toEqual(['user: weather?', 'call: weather {}', 'output: sunny', 'assistant: it is sunny']);
});

test('a result beside a hand-off is told by the agent that follows', async () => {
  const { history } = await scenario({
    agent: newAgent('A', { move: act(() => newAgent('B')), weather: act(() => 'sunny') }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'move' }, { name: 'weather' }] },
      { input: 'sunny', output: 'it is sunny' },
    ],
    tts: [{ text: 'it is sunny', audioMs: 1000 }],
    at: { 500: (session) => void session.generateReply({ userInput: 'go' }) },
    durationMs: 6000,
  });
  expect(history).toEqual(['user: go', 'call: move {}', 'output: ', 'call: weather {}', 'output: sunny', 'assistant: it is sunny']);
});

test('S081 a background tool of an agent that has left takes the word from nobody', async () => {
  const clock = new VirtualClock();
  const move = act(
    async () => {
      await sleep(4000, { clock });
      return newAgent('B');
    },
    { background: true },
  );
  const { session } = await scenario({
    clock,
    agent: newAgent('A', { move }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'move' }] },
      { input: 'Started.\n(Still running. The result will follow; do not guess it.)', output: 'one moment' },
    ],
    tts: [{ text: 'one moment', audioMs: 500 }],
    at: {
      500: (running) => void running.generateReply({ userInput: 'go' }),
      3000: (running) => running.updateAgent(newAgent('C')),
    },
    durationMs: 9000,
  });
  expect(session.agent?.label).toBe('C');
});

class Staying extends Agent {
  override onExit(): Promise<void> {
    return new Promise(() => {});
  }
}

test('a result that waits to be told is recorded before the session is closed, though onExit hangs', async () => {
  const clock = new VirtualClock();
  const search = act(async ({ update }) => {
    update('searching');
    await sleep(2000, { clock });
    return 'found';
  });
  const { events } = await scenario({
    clock,
    agent: new Staying({ instructions: 'a', label: 'A', tools: { search } }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'search' }] },
      { input: 'searching\n(Still running. The result will follow; do not guess it.)', output: 'wait please' },
    ],
    tts: [{ text: 'wait please', audioMs: 6000 }],
    at: { 500: (session) => void session.generateReply({ userInput: 'go' }), 4000: (session) => void session.close() },
    durationMs: 30_000,
  });
  const types = events.map(({ event }) => (event.type === 'tool-reply-updated' ? `${event.type}: ${event.status}` : event.type));
  expect(types.indexOf('tool-reply-updated: skipped')).toBeGreaterThan(0);
  expect(types.indexOf('tool-reply-updated: skipped')).toBeLessThan(types.indexOf('close'));
});

test.each([
  ['with nothing to tell', (agent: Agent) => agent, 'No hand-off was needed: this agent has the call already.'],
  ['with a result', (agent: Agent) => handoff({ agent, result: 'here I am' }), 'here I am'],
])('a tool that hands over to its own agent, %s, is answered by it: the caller is not left in silence', async (_with, move, output) => {
  const agent: Agent = newAgent('A', { move: act(() => move(agent)) });
  const { history, session } = await scenario({
    agent,
    llm: [
      { input: 'go', toolCalls: [{ name: 'move' }] },
      { input: output, output: 'what else?' },
    ],
    tts: [{ text: 'what else?', audioMs: 500 }],
    at: { 500: (running) => void running.generateReply({ userInput: 'go' }) },
    durationMs: 5000,
  });
  expect(history).toEqual(['user: go', 'call: move {}', `output: ${output}`, 'assistant: what else?']);
  expect(session.history.ofType('agent-handoff')).toHaveLength(1);
});

test('a task cannot take over by a hand-off: the model is told, and updateAgent says to await it', async () => {
  const { history, session } = await scenario({
    agent: newAgent('A', { move: act(() => handoff({ agent: new Collect({ instructions: '', label: 'T' }) })) }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'move' }] },
      { input: 'The hand-off did not happen: that agent cannot take over.', output: 'I cannot' },
    ],
    tts: [{ text: 'I cannot', audioMs: 500 }],
    at: {
      500: (running) => void running.generateReply({ userInput: 'go' }),
      4000: (running) =>
        expect(running.updateAgent(new Collect({ instructions: '', label: 'T' }))).rejects.toThrow(/"T" is a task.*await it/),
    },
    durationMs: 5000,
  });
  expect(history.at(-1)).toBe('assistant: I cannot');
  expect(session.agent?.label).toBe('A');
});

test('a result beside a tool that calls updateAgent is told by the agent that follows; what that tool returned is not', async () => {
  const clock = new VirtualClock();
  const slow = act(async () => {
    await sleep(2000, { clock });
    return 'sunny';
  });
  const move = act(async ({ session }) => {
    await session.updateAgent(newAgent('B'));
    return 'moved';
  });
  const { history } = await scenario({
    clock,
    agent: newAgent('A', { move, slow }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'move' }, { name: 'slow' }] },
      { input: 'sunny', output: 'it is sunny' },
    ],
    tts: [{ text: 'it is sunny', audioMs: 1000 }],
    at: { 500: (session) => void session.generateReply({ userInput: 'go' }) },
    durationMs: 8000,
  });
  expect(history).toEqual(['user: go', 'call: move {}', 'output: moved', 'call: slow {}', 'output: sunny', 'assistant: it is sunny']);
});
