import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { STT, STTEvent } from '../provider/stt.js';
import { createScriptedInput } from '../testing/scripted-input.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

interface Kind {
  readonly streaming: boolean;
  /** From the flush, or the end of the utterance, to the text. */
  readonly answerMs: number;
}

/** Says nothing before it is told to finalise. */
const createFlushedSTT = (clock: VirtualClock, { streaming, answerMs }: Kind): STT => ({
  specificationVersion: 1,
  kind: 'stt',
  provider: 'test',
  model: 'flushed',
  capabilities: {
    streaming,
    interimTranscripts: false,
    endpointing: false,
    turnDetection: false,
    wordTimings: false,
    speakers: false,
    settings: [],
    updatable: [],
    sampleRates: [16_000],
  },
  async *transcribe({ audio }): AsyncGenerator<STTEvent> {
    let endMs = 0;
    let hasHeard = false;
    let segments = 0;
    const answer = async (): Promise<STTEvent> => {
      hasHeard = false;
      segments += 1;
      const endedMs = endMs;
      await new Promise<void>((resolve) => void clock.after(answerMs, resolve));
      return { type: 'transcript-final', segmentId: `s${segments}`, text: 'hello', endMs: endedMs };
    };
    for await (const input of audio) {
      if (input.type === 'audio' && input.frame.samples[0] !== 0) {
        hasHeard = true;
        endMs = input.frame.atMs + 20;
      }
      if (input.type === 'flush' && hasHeard) yield await answer();
    }
    if (hasHeard) yield await answer();
  },
});

/** The key is let go at 2,600; the voice has ended at 2,500. */
async function pushToTalk(kind: Kind & { readonly vad: boolean }): Promise<string[]> {
  const clock = new VirtualClock();
  const happened: string[] = [];
  const session = new AgentSession({
    clock,
    vad: kind.vad ? createScriptedVAD() : null,
    stt: createFlushedSTT(clock, kind),
    turnDetection: 'manual',
    llm: createScriptedLLM([{ input: 'hello', output: 'yes', ttftMs: 0, durationMs: 0 }], new ScriptProblems()),
    logger: { log: () => {} },
  });
  session.on('turn-commit-overdue', ({ transcript }) => happened.push(`${clock.now()} overdue: ${transcript}`));
  session.on('conversation-item-added', ({ item }) => {
    if (item.type === 'message') happened.push(`${clock.now()} ${item.role}`);
  });
  const io = { audioInput: createScriptedInput([{ startMs: 500, endMs: 2500, text: 'hello' }]) };
  await session.start({ agent: new Agent({ instructions: '' }), io });
  await clock.advanceTo(2600);
  session.commitUserTurn();
  await clock.advanceTo(8000);
  await clock.runUntil(session.close());
  return happened;
}

describe('a turn committed by hand', () => {
  test.each([
    ['an STT without interims', { streaming: true, vad: true }],
    ['an STT of one utterance per call', { streaming: false, vad: true }],
    ['an STT without interims, and no VAD', { streaming: true, vad: false }],
  ])('is answered with the text that comes in time, with %s', async (_, kind) => {
    // A reply does not begin before the VAD believes that the voice has ended.
    expect(await pushToTalk({ ...kind, answerMs: 100 })).toEqual(['2700 user', kind.vad ? '3000 assistant' : '2700 assistant']);
  });

  test.each([
    ['an STT without interims', { streaming: true, vad: true }],
    ['an STT of one utterance per call', { streaming: false, vad: true }],
    ['an STT without interims, and no VAD', { streaming: true, vad: false }],
  ])('is answered when its text comes too late, and that it is late is told, with %s', async (_, kind) => {
    expect(await pushToTalk({ ...kind, answerMs: 700 })).toEqual(['3100 overdue: ', '3300 user', '3300 assistant']);
  });
});

const turns = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) =>
    event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.role === 'user'
      ? [`${atMs} ${event.item.content.map((part) => (part.type === 'text' ? part.text : '')).join('')}`]
      : [],
  );
const noReply = (...inputs: readonly string[]) => inputs.map((input) => ({ input, output: '', ttftMs: 0, durationMs: 0 }));

test.each(['manual', 'vad'] as const)('the final of an earlier segment does not settle a commit, in mode %s', async (turnDetection) => {
  const result = await scenario({
    options: { turnDetection },
    user: [
      { startMs: 500, endMs: 1500, text: 'one two three', transcriptDelayMs: 1400 },
      { startMs: 1600, endMs: 2800, text: 'four five six', transcriptDelayMs: 400 },
    ],
    llm: noReply('one two three four five six'),
    at: { 2850: (session) => session.commitUserTurn() },
    durationMs: 9000,
  });
  expect(turns(result)).toEqual(['3200 one two three four five six']);
});

test('a text of before that comes while the user speaks again is a turn of its own, and what is said since is not', async () => {
  const result = await scenario({
    options: { turnDetection: 'manual' },
    user: [
      { startMs: 500, endMs: 1500, text: 'one', transcriptDelayMs: 1400 },
      { startMs: 2400, endMs: 3600, text: 'two' },
    ],
    llm: noReply('one', 'two'),
    at: { 1600: (session) => session.commitUserTurn(), 5000: (session) => session.commitUserTurn() },
    durationMs: 9000,
  });
  expect(turns(result)).toEqual(['2900 one', '5000 two']);
});

test('a commit of nothing ends nothing that is said later', async () => {
  const result = await scenario({
    options: { turnDetection: 'manual' },
    user: [{ startMs: 3000, endMs: 4000, text: 'hello' }],
    llm: noReply('hello'),
    at: { 1000: (session) => session.commitUserTurn(), 6000: (session) => session.commitUserTurn() },
    durationMs: 9000,
  });
  expect(turns(result)).toEqual(['6000 hello']);
});

test('what was cleared is not answered for a commit of before', async () => {
  const result = await scenario({
    options: { turnDetection: 'manual' },
    user: [{ startMs: 500, endMs: 1500, text: 'hello', transcriptDelayMs: 1400 }],
    at: { 1600: (session) => session.commitUserTurn(), 2300: (session) => session.clearUserTurn() },
    durationMs: 9000,
  });
  expect(turns(result)).toEqual([]);
});
