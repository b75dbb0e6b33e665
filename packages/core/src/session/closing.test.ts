import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { memoryIO } from '../call-io/memory-io.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedInput } from '../testing/scripted-input.js';
import { createScriptedOutput } from '../testing/scripted-output.js';
import { inShort } from '../chat/in-short.js';
import { scenario } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];

describe('closing', () => {
  test('in mid-speech cuts it, remembers what was heard, and emits close last', async () => {
    const result = await scenario({
      user: hello,
      llm: [{ input: 'hello', output: 'long long answer with many words in it' }],
      tts: [{ text: 'long long answer with many words in it', audioMs: 10_000 }],
      at: { 5800: (session) => void session.close() },
      durationMs: 9000,
    });
    expect(result.played).toMatchObject([{ startedMs: 3500, endedMs: 5800, complete: false }]);
    expect(result.history.at(-1)).toBe('assistant!: long long');
    expect(result.events.at(-1)?.event).toMatchObject({ type: 'close', reason: 'user' });
  });

  test('S014 keeps what was said last, though it is not final yet, exactly once', async () => {
    const result = await scenario({
      user: [{ startMs: 50, endMs: 200, text: 'one two three', transcriptDelayMs: 300 }],
      at: { 250: (session) => void session.close() },
      durationMs: 5000,
    });
    expect(result.history).toEqual(['user: one two three']);
    expect(result.events.at(-1)).toMatchObject({ atMs: 500, event: { type: 'close' } });
  });

  test('settles within 10 s though a tool and a hook never do', async () => {
    const clock = new VirtualClock();
    class Stuck extends Agent {
      override onExit(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const result = await scenario({
      user: hello,
      agent: new Stuck({
        instructions: '',
        tools: { wait: tool({ description: 'Waits.', uninterruptible: true, execute: () => new Promise(() => {}) }) },
      }),
      llm: [{ input: 'hello', toolCalls: [{ name: 'wait' }] }],
      at: { 5000: (session) => void session.close() },
      durationMs: 16_000,
    });
    const close = result.events.at(-1);
    expect(close?.event.type).toBe('close');
    expect(close?.atMs).toBeLessThanOrEqual(15_000);
    expect(result.history).toEqual(['user: hello', 'call: wait {}', 'error: The call was interrupted before it was finished.']);
    clock.assertIdle();
  });

  test('twice is harmless, and so it is before the start', async () => {
    const session = new AgentSession({ clock: new VirtualClock() });
    await session.close();
    await session.close();
    expect(() => session.say('hello')).toThrow(/say: the session is closed/);
  });

  test('follows when the caller has gone', async () => {
    const clock = new VirtualClock();
    const input = createScriptedInput([]);
    const session = new AgentSession({ clock });
    const closed = new Promise((resolve) => session.once('close', resolve));
    await session.start({ agent: new Agent({ instructions: '' }), io: { audioInput: input, audioOutput: createScriptedOutput(clock) } });
    clock.after(1000, () => void input[Symbol.asyncDispose]());
    expect(await clock.runUntil(closed)).toMatchObject({ reason: 'input-ended' });
    await session.close();
    clock.assertIdle();
  });

  test('also closes what holds the ends of the call together, and tells of one that fails', async () => {
    const clock = new VirtualClock();
    const session = new AgentSession({ clock, logger: { log: () => {} } });
    const errors: string[] = [];
    session.on('error', ({ error }) => errors.push(error.message));
    const closed: string[] = [];
    const textInput = {
      messages: (async function* () {})(),
      [Symbol.asyncDispose]: () => Promise.reject(new Error('the text would not close')),
    };
    const io = { textInput, [Symbol.asyncDispose]: async () => void closed.push('io') };
    await session.start({ agent: new Agent({ instructions: '' }), io });
    await session.close();
    expect(closed).toEqual(['io']);
    expect(errors).toEqual(['the text would not close']);
  });

  test('after draining lets what is under way be finished', async () => {
    const result = await scenario({
      user: hello,
      llm: [{ input: 'hello', output: 'long answer' }],
      tts: [{ text: 'long answer', audioMs: 3000 }],
      at: { 4000: (session) => void session.drain() },
      durationMs: 9000,
    });
    expect(result.history.at(-1)).toBe('assistant: long answer');
    expect(result.events.at(-1)).toMatchObject({ atMs: 6500, event: { reason: 'drained' } });
  });
});

describe('what the caller writes', () => {
  test('is a turn of its own beside speech, and a digit is an event', async () => {
    const clock = new VirtualClock();
    const problems = new ScriptProblems();
    const io = memoryIO({ clock });
    const llm = createScriptedLLM([{ input: 'hello', output: 'hi' }], problems);
    const session = new AgentSession({ clock, llm });
    const digits: string[] = [];
    session.on('dtmf', ({ digit }) => digits.push(digit));
    await session.start({ agent: new Agent({ instructions: '' }), io });
    await io.pushText('hello');
    await io.pushDigit('5');
    await clock.advance(1000);
    expect(session.history.items.map(inShort).slice(1)).toEqual(['user: hello', 'assistant: hi']);
    expect(digits).toEqual(['5']);
    await clock.runUntil(session.close());
    problems.assertNone();
    clock.assertIdle();
  });
});

describe('a session', () => {
  test('is started once', async () => {
    const session = new AgentSession({ clock: new VirtualClock() });
    const agent = new Agent({ instructions: '' });
    await session.start({ agent });
    await expect(session.start({ agent })).rejects.toThrow(/started once/);
    await session.close();
  });

  test('refuses a method before its start', () => {
    expect(() => new AgentSession().say('hello')).toThrow(/has not been started/);
  });

  test('refuses options that contradict each other', () => {
    expect(() => new AgentSession({ turnDetection: 'vad', vad: null })).toThrow(/"turnDetection" is "vad", but option "vad" is null/);
  });
});

describe('say', () => {
  test('plays a recording as it is, without a TTS, and remembers its text', async () => {
    const samples = new Int16Array(24_000).fill(5);
    const frames = [{ samples: samples.subarray(0, 480 * 25), sampleRate: 24_000, channels: 1, atMs: 0 }];
    const result = await scenario({ at: { 100: (session) => void session.say('a jingle', { audio: frames }) }, durationMs: 3000 });
    expect(result.played).toMatchObject([{ startedMs: 100, endedMs: 600, complete: true }]);
    expect(result.history).toEqual(['assistant: a jingle']);
  });

  test('waits for its turn, one speech after another', async () => {
    const result = await scenario({
      at: {
        100: (session) => {
          session.say('first');
          session.say('second');
        },
      },
      tts: [
        { text: 'first', audioMs: 1000 },
        { text: 'second', audioMs: 1000 },
      ],
      durationMs: 5000,
    });
    expect(result.played.map(({ startedMs, endedMs }) => [startedMs, endedMs])).toEqual([
      [300, 1300],
      [1300, 2300],
    ]);
    expect(result.history).toEqual(['assistant: first', 'assistant: second']);
  });

  test('a handle settles when the speech is over, and tells what it left', async () => {
    let heard: unknown;
    await scenario({
      at: {
        100: async (session) => {
          const speech = session.say('first');
          await speech;
          heard = [speech.isDone, speech.interrupted, speech.chatItems.length];
        },
      },
      tts: [{ text: 'first', audioMs: 1000 }],
      durationMs: 3000,
    });
    expect(heard).toEqual([true, false, 1]);
  });

  test('protected is not interrupted, but by force', async () => {
    const result = await scenario({
      at: {
        100: (session) => void session.say('first', { allowInterruptions: false }),
        500: (session) => expect(() => session.interrupt()).toThrow(/force/),
        800: (session) => session.interrupt({ force: true }),
      },
      tts: [{ text: 'first', audioMs: 1000 }],
      durationMs: 3000,
    });
    expect(result.played).toMatchObject([{ endedMs: 800, complete: false }]);
  });
});
