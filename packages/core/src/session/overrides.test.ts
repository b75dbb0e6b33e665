import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import { tool } from '../agent/tool.js';
import { APIConnectionError } from '../provider/api-error.js';
import type { VAD } from '../provider/vad.js';
import { sleep } from '../stream/sleep.js';
import { createScriptedLLM, type ScriptedReply } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedToolset } from '../testing/scripted-toolset.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { VirtualClock } from '../time/virtual-clock.js';

type Name = Exclude<keyof OverridableOptions, 'llm' | 'tts' | 'videoSampler'>;
type Script = Omit<Scenario, 'durationMs' | 'agent' | 'clock'>;

/** An option with two values, a call in which they differ, and what is seen of it with the one and with the other. */
interface Row {
  readonly name: Name;
  readonly values: readonly [OverridableOptions[Name], OverridableOptions[Name]];
  readonly script?: Script;
  readonly see: (result: ScenarioResult) => unknown;
  readonly seen: readonly [unknown, unknown];
}

const hello = { startMs: 500, endMs: 1500, text: 'hello there you' };
const noise = { startMs: 1000, endMs: 1800, text: '' };
const answer = 'long long answer with many words in it';
/** The agent speaks from 300 on, as it was when it began. */
const speaking = (change: Script = {}): Script => ({
  user: [{ startMs: 1000, endMs: 1800, text: 'wait' }],
  llm: [{ input: 'wait' }],
  tts: [{ text: answer, audioMs: 4000 }],
  ...change,
  at: { 100: (session) => void session.say(answer), ...change.at },
});

const turns = ({ events }: ScenarioResult) =>
  events.flatMap(({ atMs, event }) =>
    event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.role === 'user' ? [atMs] : [],
  );
const stopped = ({ played }: ScenarioResult) => played.map(({ endedMs }) => endedMs);
const started = ({ played }: ScenarioResult) => played.map(({ startedMs }) => startedMs);
const told =
  (type: string) =>
  ({ events }: ScenarioResult) =>
    events.flatMap(({ atMs, event }) => (event.type === type ? [atMs] : []));
const failing = () => new APIConnectionError('lost', { provider: 'scripted' });
const heldUp = { user: [hello], llm: [{ input: hello.text }] };

const rows: readonly Row[] = [
  { name: 'minEndpointingDelayMs', values: [500, 900], script: heldUp, see: turns, seen: [[2000], [2400]] },
  { name: 'minEndpointingDelayMs', values: [900, null], script: heldUp, see: turns, seen: [[2400], [2000]] },
  {
    name: 'maxEndpointingDelayMs',
    values: [700, 1200],
    script: { ...heldUp, options: { minEndpointingDelayMs: 5000 } },
    see: turns,
    seen: [[2200], [2700]],
  },
  {
    name: 'endpointing',
    values: ['fixed', 'dynamic'],
    script: {
      user: [hello, { startMs: 2700, endMs: 3500, text: 'so' }],
      llm: [{ input: hello.text }, { input: 'so' }],
      options: { minEndpointingDelayMs: 600 },
    },
    see: turns,
    seen: [
      [2100, 4100],
      [2100, 4160],
    ],
  },
  {
    name: 'turnDetection',
    values: ['vad', 'manual'],
    script: { user: [hello], options: { llm: null } },
    see: turns,
    seen: [[2000], [5000]],
  },
  {
    name: 'interimCommitTimeoutMs',
    values: [2000, 700],
    script: { user: [{ ...hello, text: 'hello there', final: false }], llm: [{ input: 'hello there' }] },
    see: turns,
    seen: [[3500], [2200]],
  },
  {
    name: 'transcriptionTimeoutMs',
    values: [null, 1000],
    script: { user: [noise] },
    see: told('transcription-timeout'),
    seen: [[], [2800]],
  },
  { name: 'userTurnLimit', values: [null, { words: 2 }], script: heldUp, see: turns, seen: [[2000], [1700]] },
  { name: 'userAwayTimeoutMs', values: [null, 800], see: ({ userStates }) => userStates, seen: [[], ['800 away']] },
  {
    name: 'stt',
    values: [createScriptedSTT([hello]), null],
    script: { user: [hello], options: { llm: null } },
    see: turns,
    seen: [[2000], []],
  },
  {
    name: 'vad',
    values: [createScriptedVAD(), null],
    script: { user: [hello], options: { llm: null } },
    see: ({ userStates }) => userStates,
    seen: [['550 speaking', '2000 listening'], []],
  },
  { name: 'minInterruptionDurationMs', values: [500, 300], script: speaking(), see: stopped, seen: [[1500], [1300]] },
  {
    name: 'minInterruptionWords',
    values: [1, 2],
    script: speaking({ llm: [], options: { llm: null } }),
    see: stopped,
    seen: [[1900], [4300]],
  },
  {
    name: 'interruptionPolicy',
    values: [null, () => 'ignore'],
    script: speaking({ llm: [], options: { llm: null } }),
    see: stopped,
    seen: [[1500], [4300]],
  },
  {
    name: 'allowInterruptions',
    values: [true, null],
    script: speaking({ llm: [], options: { llm: null } }),
    see: stopped,
    seen: [[1500], [4300]],
  },
  {
    name: 'discardAudioIfUninterruptible',
    values: [true, null],
    script: speaking({ llm: [], options: { llm: null, allowInterruptions: false } }),
    see: turns,
    seen: [[], [2300]],
  },
  {
    name: 'falseInterruptionTimeoutMs',
    values: [2000, 500],
    script: speaking({ user: [noise], llm: [] }),
    see: started,
    seen: [
      [300, 4300],
      [300, 2800],
    ],
  },
  {
    name: 'resumeFalseInterruption',
    values: [true, null],
    script: speaking({ user: [noise], llm: [] }),
    see: started,
    seen: [[300, 4300], [300]],
  },
  { name: 'aecWarmupMs', values: [null, 3000], script: speaking(), see: stopped, seen: [[1500], [2300]] },
  {
    name: 'minConsecutiveSpeechDelayMs',
    values: [null, 700],
    script: {
      tts: ['a', 'b'].map((text) => ({ text, audioMs: 500 })),
      at: { 100: (session) => ['a', 'b'].forEach((text) => void session.say(text)) },
    },
    see: started,
    seen: [
      [300, 800],
      [300, 1500],
    ],
  },
  {
    name: 'preemptiveGeneration',
    values: [null, true],
    script: heldUp,
    see: ({ llmCalls }) => llmCalls.map(({ atMs }) => atMs),
    seen: [[2000], [1700]],
  },
  {
    name: 'ttsTextTransforms',
    values: [['markdown'], null],
    script: {
      options: {
        tts: createScriptedTTS(
          [
            { text: 'So *so* so', audioMs: 500 },
            { text: 'So so so', audioMs: 700 },
          ],
          new ScriptProblems(),
        ),
      },
      at: { 100: (session) => void session.say('So *so* so') },
    },
    see: ({ played }) => played.map(({ playedMs }) => playedMs),
    seen: [[700], [500]],
  },
  {
    name: 'useTtsAlignedTranscript',
    values: [true, null],
    script: speaking({
      tts: [
        {
          text: answer,
          audioMs: 4000,
          words: answer.split(' ').map((text, index) => ({ text, startMs: index * 10, endMs: (index + 1) * 10 })),
        },
      ],
    }),
    see: ({ history }) => history[0],
    seen: [`assistant!: ${answer}`, 'assistant!: long long'],
  },
  {
    name: 'closeTranscriptTimeoutMs',
    values: [2000, null],
    script: { user: [{ ...hello, transcriptDelayMs: 1000 }], at: { 1600: (session) => session.close() } },
    see: (result) => told('close')(result).map((atMs) => atMs > 1700),
    seen: [[true], [false]],
  },
  {
    name: 'maxToolSteps',
    values: [3, 0],
    script: {
      ...heldUp,
      llm: [{ input: hello.text, toolCalls: [{ name: 'look' }] }, { input: 'seen' }],
    },
    see: ({ llmCalls }) => llmCalls.at(-1)?.tools,
    seen: [['look'], []],
  },
  {
    name: 'mcpServers',
    values: [null, [createScriptedToolset([{ name: 'weather' }])]],
    script: heldUp,
    see: ({ llmCalls }) => llmCalls.at(-1)?.tools,
    seen: [['look'], ['look', 'weather']],
  },
  {
    name: 'connectOptions',
    values: [{ llm: { maxRetries: 2, retryDelayMs: 100 } }, { llm: { maxRetries: 0 } }],
    script: { user: [hello], llm: [{ input: hello.text, error: failing() }] },
    see: ({ llmCalls }) => llmCalls.length,
    seen: [3, 1],
  },
  {
    name: 'replyDeadlineMs',
    values: [8000, 900],
    script: { user: [hello], llm: [{ input: hello.text, ttftMs: 1500, durationMs: 1500 }] },
    see: (result) => told('error')(result).length,
    seen: [0, 1],
  },
  {
    name: 'maxUnrecoverableErrors',
    values: [3, 0],
    script: { user: [hello], llm: [{ input: hello.text, error: new Error('broken') }] },
    see: (result) => told('close')(result),
    seen: [[5000], [2300]],
  },
  {
    name: 'hookTimeoutMs',
    values: [1000, 100],
    script: heldUp,
    see: ({ llmCalls }) => llmCalls.map(({ atMs }) => atMs),
    seen: [[2300], [2100]],
  },
  {
    name: 'maxAheadMs',
    values: [5000, 100],
    script: {
      tts: [1, 2, 3, 4].map((number) => ({ text: `This is the sentence with the number ${number}.`, audioMs: 1000 })),
      at: { 100: (session) => void session.say([1, 2, 3, 4].map((number) => `This is the sentence with the number ${number}.`).join(' ')) },
    },
    see: ({ played }) => played.map(({ endedMs }) => endedMs > 4300),
    seen: [[false], [true]],
  },
];

/** Takes its time with each turn, for `hookTimeoutMs`. */
const createAgent = (clock: VirtualClock, own: OverridableOptions, isSlow: boolean): Agent => {
  const look = tool({ description: 'Looks.', execute: () => 'seen' });
  class Slow extends Agent {
    override async onUserTurnCompleted(): Promise<void> {
      await sleep(300, { clock });
    }
    override onReplyFailed(): string {
      return '';
    }
  }
  class Plain extends Agent {
    override onReplyFailed(): string {
      return '';
    }
  }
  return new (isSlow ? Slow : Plain)({ instructions: '', tools: { look }, ...own });
};

test.each(rows)('$name of an agent goes before the session’s, by a hand-off to it and from it, and by a change', async (row) => {
  const { name, script = {}, see, seen } = row;
  const [first, second] = row.values.map((value): OverridableOptions => ({ [name]: value }));
  const play = async (
    session: OverridableOptions = {},
    own: OverridableOptions = {},
    act?: (ownAgent: Agent, make: (own: OverridableOptions) => Agent) => unknown,
  ) => {
    const clock = new VirtualClock();
    const make = (options: OverridableOptions) => createAgent(clock, options, name === 'hookTimeoutMs');
    const agent = make(own);
    const result = await scenario({
      ...script,
      clock,
      agent,
      options: { ...script.options, ...session },
      at: { 50: async () => void (await act?.(agent, make)), ...script.at },
      durationMs: 5000,
    });
    return see(result);
  };
  expect(await play(first)).toEqual(seen[0]);
  expect(await play(second)).toEqual(seen[1]);
  // Its own value from the start.
  expect(await play(second, first)).toEqual(seen[0]);
  expect(await play(first, second)).toEqual(seen[1]);
  // After a hand-off, to it and from it.
  expect(await play(second, {}, ({ session }, make) => session.updateAgent(make(first ?? {})))).toEqual(seen[0]);
  expect(await play(first, second, ({ session }, make) => session.updateAgent(make({})))).toEqual(seen[0]);
  expect(await play(second, first, ({ session }, make) => session.updateAgent(make({})))).toEqual(seen[1]);
  expect(await play(first, {}, ({ session }, make) => session.updateAgent(make(second ?? {})))).toEqual(seen[1]);
  expect(await play(first, {}, ({ session }) => session.updateOptions(second ?? {}))).toEqual(seen[1]);
  expect(await play(first, {}, (agent) => agent.updateOptions(second ?? {}))).toEqual(seen[1]);
});

test.each([
  { name: 'of the session', session: 500, own: undefined, next: undefined, frames: 21 },
  { name: 'of the agent, over the session’s', session: 500, own: 2000, next: undefined, frames: 6 },
  { name: 'none by the agent, over the session’s', session: 500, own: null, next: undefined, frames: 0 },
  { name: 'of the agent, where the session has none', session: null, own: 500, next: undefined, frames: 21 },
  { name: 'of the agent that takes over at 5,000', session: 500, own: undefined, next: 2500, frames: 13 },
  { name: 'none by the agent that takes over at 5,000', session: 500, own: undefined, next: null, frames: 11 },
])('videoSampler $name', async ({ session, own, next, frames }) => {
  let captured = 0;
  const videoInput = {
    capture: async () => ((captured += 1), { data: Uint8Array.of(captured), mediaType: 'image/jpeg' }),
    async [Symbol.asyncDispose]() {},
  };
  const sampler = (everyMs: number | null) => (everyMs === null ? null : () => everyMs);
  const make = (everyMs: number | null | undefined) =>
    new Agent({ instructions: '', ...(everyMs === undefined ? {} : { videoSampler: sampler(everyMs) }) });
  await scenario({
    agent: make(own),
    options: { videoSampler: sampler(session) },
    io: { videoInput },
    at: next === undefined ? {} : { 5000: (call) => call.updateAgent(make(next)) },
    durationMs: 10_000,
  });
  expect(captured).toBe(frames);
});

test('an agent’s own models are used in place of the session’s, from the start and from a hand-off on', async () => {
  const user = [{ startMs: 1000, endMs: 1500, text: 'hi' }];
  const play = async (isFromStart: boolean) => {
    const problems = new ScriptProblems();
    const replies: readonly ScriptedReply[] = [{ input: 'own words', output: 'own' }];
    const llm = createScriptedLLM(replies, problems);
    const tts = createScriptedTTS([{ text: 'own', audioMs: 500 }], problems);
    const stt = createScriptedSTT([{ startMs: 1000, endMs: 1500, text: 'own words' }]);
    const scriptedVad = createScriptedVAD();
    let isVadAsked = false;
    const vad: VAD = { ...scriptedVad, detect: (request) => ((isVadAsked = true), scriptedVad.detect(request)) };
    const own = new Agent({ instructions: '', llm, tts, stt, vad });
    const result = await scenario({
      user,
      agent: isFromStart ? own : new Agent({ instructions: '' }),
      at: isFromStart ? {} : { 200: (session) => session.updateAgent(own) },
      durationMs: 5000,
    });
    for (const scripted of [llm, tts]) scripted.assertAllUsed();
    problems.assertNone();
    expect(isVadAsked).toBe(true);
    expect([result.llmCalls, result.ttsCalls]).toEqual([[], []]);
    return result.history;
  };
  expect(await play(true)).toEqual(['user: own words', 'assistant: own']);
  expect(await play(false)).toEqual(['user: own words', 'assistant: own']);
});
