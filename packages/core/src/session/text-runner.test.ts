import { describe, expect, test } from 'vitest';
import type { TextInput } from '../provider/text-input.js';
import type { TranscriptOutput } from '../provider/transcript-output.js';
import { Channel } from '../stream/channel.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';

type Message = { readonly type: 'text'; readonly text: string } | { readonly type: 'dtmf'; readonly digit: string };
type Part = Parameters<TranscriptOutput['write']>[0];

function keyboard() {
  const messages = new Channel<Message>({ capacity: 10 });
  const textInput: TextInput = { messages, [Symbol.asyncDispose]: async () => messages.end() };
  return { textInput, messages, write: (text: string) => void messages.push({ type: 'text', text }) };
}

function screen() {
  const parts: Part[] = [];
  const transcriptOutput: TranscriptOutput = { write: (part) => void parts.push(part), [Symbol.asyncDispose]: () => Promise.resolve() };
  return { transcriptOutput, shown: () => parts.filter(({ final }) => final).map(({ speaker, text }) => `${speaker}: ${text}`) };
}

const answer = 'long answer with many words in it';
const spoken = {
  user: [{ startMs: 500, endMs: 2500, text: 'tell me more' }],
  llm: [
    { input: 'tell me more', output: answer },
    { input: 'typed', output: 'ok' },
  ],
  tts: [
    { text: answer, audioMs: 15_000 },
    { text: 'ok', audioMs: 2000 },
  ],
};
const errors = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []));

describe('a line that is typed', () => {
  test('S023: interrupts the reply being spoken, is shown, remembered and answered by voice', async () => {
    const { textInput, write } = keyboard();
    const { transcriptOutput, shown } = screen();
    const result = await scenario({
      ...spoken,
      io: { textInput, transcriptOutput },
      at: { 5300: () => write('typed') },
      durationMs: 12_000,
    });
    // Nothing was begun before the turn was over: the agent speaks 300 later than with a preemptive reply.
    expect(result.played).toEqual([
      { startedMs: 3500, endedMs: 5300, playedMs: 1800, complete: false },
      { startedMs: 5800, endedMs: 7800, playedMs: 2000, complete: true },
    ]);
    expect(result.agentStates).toEqual([
      '0 listening',
      '3000 thinking',
      '3500 speaking',
      '5300 thinking',
      '5800 speaking',
      '7800 listening',
    ]);
    expect(result.history).toEqual(['user: tell me more', 'assistant!: long', 'user: typed', 'assistant: ok']);
    expect(shown()).toEqual(['user: tell me more', 'user: typed', 'agent: long', 'agent: ok']);
  });

  test('is answered without any audio, and what it holds has no metrics of a voice', async () => {
    const { textInput, write } = keyboard();
    const result = await scenario({
      llm: [{ input: 'typed', output: 'ok' }],
      options: { stt: null, vad: null, tts: null },
      io: { textInput },
      at: { 1000: () => write('typed') },
      durationMs: 5000,
    });
    expect(result.history).toEqual(['user: typed', 'assistant: ok']);
    const [metrics] = result.events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
    expect(metrics).not.toHaveProperty('userStoppedAt');
  });

  test('over a reply that does not allow it waits until that is over', async () => {
    const { textInput, write } = keyboard();
    const result = await scenario({
      llm: [{ input: 'typed', output: 'ok' }],
      tts: [
        { text: 'legal', audioMs: 3000 },
        { text: 'ok', audioMs: 1000 },
      ],
      io: { textInput },
      at: { 500: (session) => void session.say('legal', { allowInterruptions: false }), 1000: () => write('typed') },
      durationMs: 8000,
    });
    expect(result.played).toMatchObject([{ complete: true }, { complete: true }]);
    expect(result.history).toEqual(['assistant: legal', 'user: typed', 'assistant: ok']);
  });

  test('of nothing but blanks is nothing; a digit is an event', async () => {
    const { textInput, messages, write } = keyboard();
    const result = await scenario({
      io: { textInput },
      at: { 500: () => write('  '), 600: () => void messages.push({ type: 'dtmf', digit: '5' }) },
      durationMs: 2000,
    });
    expect(result.history).toEqual([]);
    expect(result.events.filter(({ event }) => event.type === 'dtmf')).toMatchObject([{ atMs: 600, event: { digit: '5' } }]);
  });

  test('brings a user back who was away', async () => {
    const { textInput, write } = keyboard();
    const result = await scenario({
      llm: [{ input: 'typed', output: 'ok' }],
      tts: [{ text: 'ok', audioMs: 1000 }],
      options: { userAwayTimeoutMs: 3000 },
      io: { textInput },
      at: { 4000: () => write('typed') },
      durationMs: 12_000,
    });
    expect(result.userStates).toEqual(['3000 away', '4000 listening', '8500 away']);
  });
});

describe('a text input', () => {
  test('that fails is reported, and the call goes on', async () => {
    const { textInput, messages } = keyboard();
    const result = await scenario({
      ...spoken,
      llm: spoken.llm.slice(0, 1),
      tts: spoken.tts.slice(0, 1),
      io: { textInput },
      at: { 400: () => messages.fail(new Error('the keyboard broke')) },
      durationMs: 20_000,
    });
    expect(errors(result)).toEqual(['the keyboard broke']);
    expect(result.history).toEqual(['user: tell me more', `assistant: ${answer}`]);
  });

  test('S173: that was replaced is not read any more, and the new one is', async () => {
    const [first, second] = [keyboard(), keyboard()];
    const result = await scenario({
      llm: [{ input: 'typed', output: 'ok' }],
      tts: [{ text: 'ok', audioMs: 1000 }],
      io: { textInput: first.textInput },
      at: {
        500: (session) => session.updateIO({ textInput: second.textInput }),
        1000: () => first.write('lost'),
        2000: () => second.write('typed'),
      },
      durationMs: 6000,
    });
    expect(result.history).toEqual(['user: typed', 'assistant: ok']);
  });
});
