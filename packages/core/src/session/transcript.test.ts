import { describe, expect, test } from 'vitest';
import { memoryIO } from '../call-io/memory-io.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import type { TranscriptOutput } from '../provider/transcript-output.js';
import { scenario, type Scenario } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';
import { Agent } from '../agent/agent.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { ScriptProblems } from '../testing/script-problems.js';

type Part = Parameters<TranscriptOutput['write']>[0];

/** A call, and what its transcript showed. */
async function transcribed(script: Scenario): Promise<{ readonly parts: readonly Part[]; readonly history: readonly string[] }> {
  const parts: Part[] = [];
  const transcriptOutput: TranscriptOutput = { write: (part) => void parts.push(part), [Symbol.asyncDispose]: async () => {} };
  const { history } = await scenario({ ...script, io: { ...script.io, transcriptOutput } });
  expectOneFinalEach(parts);
  return { parts, history };
}

/** Each segment has one final, at its end. */
function expectOneFinalEach(parts: readonly Part[]): void {
  for (const id of new Set(parts.map((part) => part.segmentId))) {
    const finals = parts.filter((part) => part.segmentId === id).map((part) => part.final);
    expect(finals.indexOf(true)).toBe(finals.length - 1);
  }
}

const agentTexts = (parts: readonly Part[]): string[] => parts.flatMap((part) => (part.speaker === 'agent' ? [part.text] : []));
const userParts = (parts: readonly Part[]): string[] =>
  parts.flatMap(({ speaker, segmentId, text, final }) =>
    speaker === 'user' ? [`${segmentId.replace(/^.*:utterance-/, '')}${final ? '!' : ''} ${text}`] : [],
  );

const asked = [{ startMs: 500, endMs: 2500, text: 'tell me more' }];
const long = 'long long answer with many words in it';
const words = [
  { text: 'long', startMs: 0, endMs: 500 },
  { text: 'long', startMs: 500, endMs: 1000 },
  { text: 'answer', startMs: 1000, endMs: 1500 },
  { text: 'with', startMs: 1500, endMs: 2200 },
  { text: 'many', startMs: 2400, endMs: 9000 },
];

describe('what the transcript shows of the agent', () => {
  test('grows word by word with what is heard, and ends as the whole', async () => {
    const { parts } = await transcribed({
      user: asked,
      llm: [{ input: 'tell me more', output: 'one two three four' }],
      tts: [{ text: 'one two three four', audioMs: 2000 }],
      durationMs: 9000,
    });
    expect(agentTexts(parts)).toEqual(['one', 'one two', 'one two three', 'one two three four']);
  });

  const bargedIn = (options: Scenario['options']) =>
    transcribed({
      user: [...asked, { startMs: 5000, endMs: 6000, text: 'wait' }],
      llm: [
        { input: 'tell me more', output: long },
        { input: 'wait', output: '' },
      ],
      tts: [{ text: long, audioMs: 10_000, words }],
      options: { preemptiveGeneration: true, ...options },
      durationMs: 9000,
    });

  test('goes by the word timings of the TTS where there are some, and so does the history', async () => {
    const { parts, history } = await bargedIn({});
    expect(agentTexts(parts)).toEqual(['long', 'long long', 'long long answer', 'long long answer with', 'long long answer with']);
    expect(history).toContain('assistant!: long long answer with');
  });

  test.each([false, null])('goes by syllables with useTtsAlignedTranscript %s (S020)', async (useTtsAlignedTranscript) => {
    const { parts, history } = await bargedIn({ useTtsAlignedTranscript });
    expect(agentTexts(parts)).toEqual(['long', 'long long', 'long long']);
    expect(history).toContain('assistant!: long long');
  });

  test('S150 leaves out tags, which take no time, and which the history keeps', async () => {
    const tag = '<emotion value="very happy and much obliged to everybody"/>';
    const text = `${tag} Hello there, my <b>dear</b> ${tag} old friend ${tag}`;
    const { parts, history } = await transcribed({
      user: asked,
      llm: [{ input: 'tell me more', output: text }],
      tts: [{ text, audioMs: 3000 }],
      durationMs: 9000,
    });
    const shown = agentTexts(parts);
    expect(shown.slice(0, 3)).toEqual(['Hello', 'Hello there,', 'Hello there, my']);
    expect(shown.at(-1)).toBe('Hello there, my dear old friend');
    expect(shown.join('')).not.toMatch(/[<>]/);
    expect(history.at(-1)).toBe(`assistant: ${text}`);
  });

  test('in writing leaves out a tag that is not complete yet', async () => {
    const { parts } = await transcribed({
      user: asked,
      llm: [{ input: 'tell me more', output: 'One <break time="1s"/> two' }],
      options: { tts: null },
      durationMs: 9000,
    });
    for (const text of agentTexts(parts)) expect('One two'.startsWith(text.trim())).toBe(true);
    expect(agentTexts(parts).at(-1)).toBe('One two');
  });

  test('is the same on an output that says nothing of having begun', async () => {
    const clock = new VirtualClock();
    const io = memoryIO({ clock, sampleRate: 24_000 });
    const audioOutput = withoutStart(io.audioOutput);
    const { parts, shownAtMs, heard } = await said(clock, { audioOutput });
    // From 200 on each word takes half a second; what an output has played it tells every so often.
    for (const [index, atMs] of shownAtMs.entries()) expect(Math.abs(atMs - (700 + index * 500))).toBeLessThan(100);
    expect(agentTexts(parts)).toEqual(['one', 'one two', 'one two three', 'one two three four']);
    expect(heard).toBe('one two three four');
  });

  test('is the whole at once on an output that is not paced', async () => {
    const clock = new VirtualClock();
    const { parts } = await said(clock, { audioOutput: memoryIO({ clock, sampleRate: 24_000, pace: false }).audioOutput });
    expect(agentTexts(parts).at(-1)).toBe('one two three four');
  });
});

/** Says a few words without a caller. */
async function said(clock: VirtualClock, io: { readonly audioOutput: AudioOutput }) {
  const parts: Part[] = [];
  const shownAtMs: number[] = [];
  const transcriptOutput: TranscriptOutput = {
    write(part) {
      parts.push(part);
      shownAtMs.push(clock.now());
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const tts = createScriptedTTS([{ text: 'one two three four', audioMs: 2000 }], new ScriptProblems());
  const session = new AgentSession({ tts, clock });
  await clock.runUntil(session.start({ agent: new Agent({ instructions: '' }), io: { ...io, transcriptOutput } }));
  const handle = session.say('one two three four');
  await clock.runUntil(handle.waitForPlayout());
  await clock.runUntil(session.close());
  clock.assertIdle();
  expectOneFinalEach(parts);
  const message = session.history.messages('assistant')[0]?.content[0];
  return { parts, shownAtMs, heard: message?.type === 'text' ? message.text : '' };
}

const withoutStart = (output: AudioOutput): AudioOutput => ({
  sampleRate: output.sampleRate,
  channels: output.channels,
  latencyMs: output.latencyMs,
  write: (segmentId, frame) => output.write(segmentId, frame),
  end: (segmentId) => output.end(segmentId),
  clear: () => output.clear(),
  events: (async function* (): AsyncGenerator<PlayoutEvent> {
    for await (const event of output.events) if (event.type !== 'started') yield event;
  })(),
  [Symbol.asyncDispose]: () => output[Symbol.asyncDispose](),
});

describe('what the transcript shows of the caller', () => {
  const reply = { llm: [{ input: 'tell me', output: 'yes' }], tts: [{ text: 'yes', audioMs: 500 }] };

  test('S068 is final when an interim is taken for what was said', async () => {
    const { parts, history } = await transcribed({
      user: [{ startMs: 500, endMs: 2500, text: 'tell me more', final: false }],
      ...reply,
      durationMs: 9000,
    });
    expect(history[0]).toBe('user: tell me');
    expect(userParts(parts)).toEqual(['2500 tell me', '2500! tell me']);
  });

  test('S068 shows of a final that comes later only what is new', async () => {
    const { parts, history } = await transcribed({
      user: [{ startMs: 500, endMs: 2500, text: 'tell me more', transcriptDelayMs: 4000 }],
      llm: [...reply.llm, { input: 'more', output: 'no' }],
      tts: [...reply.tts, { text: 'no', audioMs: 500 }],
      durationMs: 12_000,
    });
    expect(history).toContain('user: more');
    expect(userParts(parts)).toEqual(['2500 tell me', '2500! tell me', '2500-more! more']);
  });

  test('S014 is final once where the call is closed before', async () => {
    const { parts } = await transcribed({ user: [{ startMs: 100, endMs: 1000, text: 'tell me more', final: false }], durationMs: 1150 });
    expect(userParts(parts)).toEqual(['1000 tell me', '1000! tell me']);
  });
});
