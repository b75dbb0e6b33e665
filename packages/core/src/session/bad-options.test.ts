import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { memoryIO } from '../call-io/memory-io.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedOutput } from '../testing/scripted-output.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedToolset } from '../testing/scripted-toolset.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedTurnDetector } from '../testing/scripted-turn-detector.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { scenario } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';
import { NamedModels } from './named-models.js';
import { type AgentSessionOptions, resolveOptions } from './session-options.js';

const times = [
  'minInterruptionDurationMs',
  'minEndpointingDelayMs',
  'falseInterruptionTimeoutMs',
  'interimCommitTimeoutMs',
  'userAwayTimeoutMs',
  'replyDeadlineMs',
  'closeTranscriptTimeoutMs',
  'hookTimeoutMs',
  'maxAheadMs',
];
const noTimes = [-1, Number.NaN, Infinity, -Infinity, '500', 2 ** 31, 1e15, true, {}, []];

/** As from JavaScript, where nothing is checked beforehand. */
function anyhow<T>(value: unknown): T;
function anyhow(value: unknown): unknown {
  return value;
}
const make = (options: unknown) => () => new AgentSession(anyhow<AgentSessionOptions>(options));
const makeAgent = (options: unknown) => () => new Agent(anyhow(options));

describe('an option that cannot be is refused when the session is made, by its name', () => {
  test.each(times)('%s', (name) => {
    for (const value of noTimes)
      expect(make({ [name]: value })).toThrow(new RegExp(`AgentSession: option "${name}" is .*; it must be .*milliseconds`));
  });

  test.each(['minInterruptionWords', 'maxToolSteps', 'maxUnrecoverableErrors'])('%s', (name) => {
    for (const value of [-1, 1.5, Number.NaN, Infinity, '3'])
      expect(make({ [name]: value })).toThrow(new RegExp(`AgentSession: option "${name}" is .*; it must be a whole number`));
  });

  test('an agent’s are checked in the same way', () => {
    expect(makeAgent({ instructions: '', minEndpointingDelayMs: Number.NaN })).toThrow(/Agent: option "minEndpointingDelayMs" is/);
    expect(makeAgent({ instructions: 7 })).toThrow(/Agent: option "instructions" is 7; it must be a text/);
    expect(makeAgent({})).toThrow(/Agent: option "instructions" is missing/);
  });

  test('a provider of another kind, of another version, or none at all', () => {
    const llm = createScriptedLLM([], new ScriptProblems());
    expect(make({ stt: llm })).toThrow(/option "stt" is an object; it must be a provider of kind "stt", not "llm"/);
    expect(make({ llm: { ...llm, specificationVersion: 2 } })).toThrow(/option "llm".*specification version 1, not 2/);
    expect(make({ llm: { ...llm, capabilities: undefined } })).toThrow(/option "llm".*capabilities/);
    expect(make({ llm: 'GPT 4' })).toThrow(/option "llm" is "GPT 4"; it must be a provider of kind "llm", or a string such as/);
  });

  test('a provider without what is called of it, or without a rate to call it at', () => {
    const stt = createScriptedSTT([]);
    const vad = createScriptedVAD();
    const tts = createScriptedTTS([], new ScriptProblems());
    const detector = createScriptedTurnDetector([], new ScriptProblems());
    expect(make({ tts: { ...tts, synthesize: undefined } })).toThrow(/option "tts".*that has the method "synthesize"/);
    expect(make({ stt: { ...stt, transcribe: 5 } })).toThrow(/option "stt".*that has the method "transcribe"/);
    expect(make({ vad: { ...vad, detect: null } })).toThrow(/option "vad".*that has the method "detect"/);
    expect(make({ llm: { ...createScriptedLLM([], new ScriptProblems()), generate: undefined } })).toThrow(
      /option "llm".*the method "generate"/,
    );
    expect(make({ turnDetection: { ...detector, open: undefined } })).toThrow(/option "turnDetection".*the method "open"/);
    expect(make({ mcpServers: [{ ...createScriptedToolset([]), connect: undefined }] })).toThrow(/"mcpServers".*the method "connect"/);
    for (const sampleRates of [[], [Number.NaN], [0], [44_100.5], ['16000'], undefined]) {
      expect(make({ tts: { ...tts, capabilities: { ...tts.capabilities, sampleRates } } })).toThrow(
        /option "tts".*"sampleRates", in hertz/,
      );
      expect(make({ stt: { ...stt, capabilities: { ...stt.capabilities, sampleRates } } })).toThrow(
        /option "stt".*"sampleRates", in hertz/,
      );
      expect(make({ vad: { ...vad, capabilities: { ...vad.capabilities, sampleRates } } })).toThrow(
        /option "vad".*"sampleRates", in hertz/,
      );
    }
    const deaf = { ...detector, capabilities: { ...detector.capabilities, sampleRates: [] } };
    expect(make({ turnDetection: deaf })).not.toThrow();
    expect(make({ turnDetection: { ...deaf, capabilities: { ...deaf.capabilities, sampleRates: [Number.NaN] } } })).toThrow(
      /"sampleRates"/,
    );
  });

  test('what stands within an option is named where it stands', () => {
    expect(make({ connectOptions: { stt: { timeoutMs: 0 } } })).toThrow(
      /it must be an object whose "stt" is an object whose "timeoutMs" is more than 0 milliseconds, not 0$/,
    );
    expect(make({ ttsTextTransforms: ['markdown', 'markdwon'] })).toThrow(
      /option "ttsTextTransforms".*a list of .* and functions, not "markdwon"$/,
    );
    for (const userTurnLimit of [{}, { words: null, durationMs: null }])
      expect(make({ userTurnLimit })).toThrow(
        /option "userTurnLimit" is an object; it must be an object with "words", "durationMs" or both/,
      );
  });

  test('how often and how long to try', () => {
    for (const [field, value] of [
      ['maxRetries', -1],
      ['maxRetries', 0.5],
      ['retryDelayMs', Number.NaN],
      ['timeoutMs', 0],
      ['timeoutMs', '5'],
    ])
      expect(make({ connectOptions: { llm: { [String(field)]: value } } })).toThrow(
        new RegExp(`option "connectOptions".*"llm".*"${field}"`),
      );
    expect(make({ connectOptions: { mcp: {} } })).toThrow(/option "connectOptions".*"mcp"/);
  });

  test('one that there is not, and two that contradict each other', () => {
    expect(make({ minEndpointingDelay: 1 })).toThrow(/there is no option "minEndpointingDelay"; known are/);
    expect(make({ turnDetection: 'vad', vad: null })).toThrow(/"turnDetection" is "vad", but option "vad" is null/);
    expect(make({ turnDetection: 'stt', stt: null })).toThrow(/"turnDetection" is "stt", but option "stt" is null/);
    const resumed = { resumeFalseInterruption: true, falseInterruptionTimeoutMs: null };
    expect(make(resumed)).toThrow(
      /AgentSession: option "resumeFalseInterruption" is true, but option "falseInterruptionTimeoutMs" is null/,
    );
    expect(makeAgent({ instructions: '', ...resumed })).toThrow(/Agent: option "resumeFalseInterruption" is true/);
    expect(make({ preemptiveGeneration: { tts: true }, tts: null })).toThrow(
      /"preemptiveGeneration" asks for "tts", but option "tts" is null/,
    );
    expect(make({ resumeFalseInterruption: false, falseInterruptionTimeoutMs: null })).not.toThrow();
    // Counts as the maximum (docs/turn-taking.md): one may be raised before the other.
    expect(make({ minEndpointingDelayMs: 5000, maxEndpointingDelayMs: 100 })).not.toThrow();
  });
});

test('what is given as undefined in connectOptions is not given', () => {
  const given = anyhow<AgentSessionOptions>({ connectOptions: { llm: { maxRetries: undefined, timeoutMs: 5 } } });
  const { connect } = resolveOptions(given, undefined, { models: new NamedModels(new VirtualClock()) });
  expect(connect.llm).toEqual({ maxRetries: 3, retryDelayMs: 2000, timeoutMs: 5 });
});

describe('starting', () => {
  const agent = () => new Agent({ instructions: '' });

  test('refuses what cannot work together for this agent, and can be tried again', async () => {
    const clock = new VirtualClock();
    const session = new AgentSession({ clock, turnDetection: 'vad', stt: createScriptedSTT([]) });
    await expect(session.start({ agent: agent() })).rejects.toThrow(/option "turnDetection" is "vad", but there is no VAD/);
    await session.start({ agent: new Agent({ instructions: '', vad: createScriptedVAD() }) });
    await clock.runUntil(session.close());
  });

  test('refuses ends of the call that are none, by name', async () => {
    const clock = new VirtualClock();
    const session = new AgentSession({ clock });
    const startWith = (io: unknown) => session.start({ agent: agent(), io: anyhow(io) });
    const output = createScriptedOutput(clock);
    await expect(startWith(null)).rejects.toThrow(/option "io" is null/);
    await expect(startWith({ audioInput: {} })).rejects.toThrow(/"audioInput" lacks "read"/);
    await expect(startWith({ audioOutput: 7 })).rejects.toThrow(/"audioOutput" lacks "write"/);
    await expect(startWith({ audioOutput: { ...output, clear: undefined, sampleRate: 0 } })).rejects.toThrow(
      /"audioOutput" has a sampleRate of 0/,
    );
    await expect(startWith({ audioOutput: { ...output, sampleRate: Number.NaN } })).rejects.toThrow(
      /"audioOutput" has a sampleRate of NaN/,
    );
    await expect(startWith({ audioOutput: { ...output, channels: 0 } })).rejects.toThrow(/"audioOutput" has channels of 0/);
    await expect(startWith({ audioOutput: { ...output, latencyMs: -1 } })).rejects.toThrow(/"audioOutput" has a latencyMs of -1/);
    await session.close();
    await output[Symbol.asyncDispose]();
  });

  test('twice is refused, at once or after the end; so is an agent that another session has, or none', async () => {
    const clock = new VirtualClock();
    const [one, other] = [new AgentSession({ clock }), new AgentSession({ clock })];
    const first = agent();
    const starting = one.start({ agent: first, io: memoryIO({ clock }) });
    await expect(one.start({ agent: agent() })).rejects.toThrow(/a session is started once/);
    await starting;
    await expect(other.start({ agent: first })).rejects.toThrow(/agent/);
    await expect(other.start({ agent: anyhow({}) })).rejects.toThrow(/option "agent" is not an agent/);
    await clock.runUntil(one.close());
    await clock.runUntil(other.close());
    await expect(one.start({ agent: agent() })).rejects.toThrow(/a session is started once/);
    clock.assertIdle();
  });
});

test('each method says that the session has not begun, or is over, and what to do', async () => {
  const clock = new VirtualClock();
  const session = new AgentSession({ clock });
  const methods = {
    say: () => session.say('hi'),
    generateReply: () => session.generateReply(),
    interrupt: () => session.interrupt(),
    commitUserTurn: () => session.commitUserTurn(),
    clearUserTurn: () => session.clearUserTurn(),
  };
  for (const [name, call] of Object.entries(methods)) expect(call).toThrow(new RegExp(`^${name}: the session has not been started: await`));
  await expect(session.updateAgent(new Agent({ instructions: '' }))).rejects.toThrow(/^updateAgent: the session has not been started/);
  await session.start({ agent: new Agent({ instructions: '' }) });
  await clock.runUntil(session.close());
  for (const [name, call] of Object.entries(methods)) expect(call).toThrow(new RegExp(`^${name}: the session is closed: make a new one`));
  await expect(session.updateAgent(new Agent({ instructions: '' }))).rejects.toThrow(/^updateAgent: the session is closed/);
  await session.close();
  await session.drain();
  await session.waitForIdle();
  clock.assertIdle();
});

test('what cannot be said or asked for is refused at once, by name, and costs the call nothing; null is as if it were not given', async () => {
  const refusals: string[] = [];
  const { history, events } = await scenario({
    llm: [{ input: 'typed', output: 'yes' }],
    tts: ['hi', 'yes'].map((text) => ({ text, audioMs: 500 })),
    at: {
      100: (session) => {
        const refused = (act: () => unknown) => {
          try {
            act();
          } catch (error) {
            refusals.push(error instanceof TypeError ? error.message : `not a TypeError: ${String(error)}`);
          }
        };
        for (const text of [undefined, null, 5, {}]) refused(() => session.say(anyhow(text)));
        for (const options of [null, { allowInterruption: false }, { audio: 5 }, { priority: 'first' }, { addToChat: 'no' }])
          refused(() => session.say('hi', anyhow(options)));
        for (const options of [{ userInput: 5 }, { instructions: {} }, { tools: 'book' }, { toolChoice: 'book' }])
          refused(() => session.generateReply(anyhow(options)));
        session.say('hi', { audio: null, allowInterruptions: null, priority: null, addToChat: null });
        session.generateReply({ userInput: 'typed', instructions: null, additionalInstructions: null, tools: null, toolChoice: null });
      },
    },
    durationMs: 4000,
  });
  expect(refusals).toEqual([
    'say: what is to be said is undefined; it must be a text, or an async iterable of pieces of one',
    'say: what is to be said is null; it must be a text, or an async iterable of pieces of one',
    'say: what is to be said is 5; it must be a text, or an async iterable of pieces of one',
    'say: what is to be said is an object; it must be a text, or an async iterable of pieces of one',
    'say: its options are null; they must be an object',
    'say: there is no option "allowInterruption"; known are addToChat, allowInterruptions, audio, priority',
    expect.stringMatching(/^say: option "audio" is 5; it must be an iterable of audio frames/),
    'say: option "priority" is "first"; it must be a number',
    'say: option "addToChat" is "no"; it must be true or false',
    'generateReply: option "userInput" is 5; it must be a text',
    'generateReply: option "instructions" is an object; it must be a text',
    'generateReply: option "tools" is "book"; it must be an object',
    expect.stringMatching(/^generateReply: option "toolChoice" is "book"; it must be one of "auto", "none", "required", or an object/),
  ]);
  expect(history).toEqual(['user: typed', 'assistant: hi', 'assistant: yes']);
  expect(events.filter(({ event }) => event.type === 'error')).toEqual([]);
});

describe('ends of a call that cannot be are refused at the start, by their names', () => {
  const start = (io: unknown) =>
    new AgentSession({ clock: new VirtualClock() }).start({ agent: new Agent({ instructions: '' }), io: anyhow(io) });

  test('a part that there is not', async () => {
    const { audioOutput, audioInput } = memoryIO();
    await expect(start({ microphone: 5 })).rejects.toThrow(
      /^start: option "io" has no part "microphone"; known are audioInput, audioOutput,/,
    );
    await expect(start({ audioOutput, microphone: audioInput })).rejects.toThrow(/no part "microphone"/);
    await expect(start({})).resolves.toBeUndefined();
  });

  test('an output of half a sample a second', async () => {
    const audioOutput = { ...createScriptedOutput(new VirtualClock()), sampleRate: 44_100.5 };
    await expect(start({ audioOutput })).rejects.toThrow(/"audioOutput" has a sampleRate of 44100.5; it must be a whole number of hertz/);
  });

  test('somebody who listens to an agent without a voice is told of in the log', async () => {
    const warnings = async (options: AgentSessionOptions, agentOptions: AgentSessionOptions = {}) => {
      const said: string[] = [];
      const clock = new VirtualClock();
      const session = new AgentSession({ ...options, clock, logger: { log: (level, message) => said.push(`${level} ${message}`) } });
      const { tts } = agentOptions;
      await session.start({ agent: new Agent({ instructions: '', tts }), io: memoryIO({ clock }) });
      await clock.runUntil(session.close());
      return said;
    };
    const tts = createScriptedTTS([], new ScriptProblems());
    expect(await warnings({})).toEqual([expect.stringMatching(/^warn there is an audio output, but no TTS for agent "Agent"/)]);
    for (const given of [await warnings({ tts: null }), await warnings({ tts }), await warnings({}, { tts })]) expect(given).toEqual([]);
  });
});

test('what a handle of a speech is told must be what it takes', async () => {
  const clock = new VirtualClock();
  const session = new AgentSession({ clock });
  await session.start({ agent: new Agent({ instructions: '' }) });
  const handle = session.say('hello');
  expect(() => handle.interrupt(anyhow(5))).toThrow(/^interrupt: its options are 5; they must be an object/);
  expect(() => handle.interrupt(anyhow({ force: 'yes' }))).toThrow(/^interrupt: option "force" is "yes"/);
  expect(() => Object.assign(handle, { allowInterruptions: 'no' })).toThrow(/"allowInterruptions" is "no"; it must be true or false/);
  expect(handle.allowInterruptions).toBe(true);
  await clock.runUntil(session.close());
});
