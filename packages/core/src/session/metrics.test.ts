import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { createPacedAudioOutput } from '../call-io/paced-output.js';
import { memoryIO } from '../call-io/memory-io.js';
import type { PlayedAudio } from '../call-io/played-audio.js';
import type { ModelUsage, TurnMetrics } from '../observe/agent-event.js';
import type { AudioOutput } from '../provider/audio-output.js';
import type { LLMEvent, LLMRequest } from '../provider/llm.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';

const metricsOf = ({ events }: ScenarioResult): TurnMetrics[] =>
  events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
const usageOf = ({ events }: ScenarioResult): readonly ModelUsage[] =>
  events.flatMap(({ event }) => (event.type === 'usage-updated' ? [event.usage] : [])).at(-1) ?? [];

const hello = {
  user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
  llm: [{ input: 'hello', output: 'hi there' }],
  tts: [{ text: 'hi there', audioMs: 1000 }],
  durationMs: 9000,
} satisfies Scenario;

test('S002 the delay of the TTS does not absorb that of the LLM', async () => {
  const result = await scenario({
    ...hello,
    llm: [{ input: 'hello', output: 'hi there', durationMs: 2000 }],
    options: { preemptiveGeneration: true },
  });
  const [metrics] = metricsOf(result);
  expect(metrics).toMatchObject({ llmFirstTokenMs: 100, llmFirstSentenceMs: 2000, ttsFirstAudioMs: 200, responseDelayMs: 2400 });
  expect(result.played).toMatchObject([{ startedMs: 4900, endedMs: 5900 }]);
});

test('S004 a reply tells how fast its tokens came', async () => {
  const llm = [{ input: 'hello', output: 'hi there', ttftMs: 200, pieceIntervalMs: 25, outputTokens: 10 }];
  expect(metricsOf(await scenario({ ...hello, llm }))).toMatchObject([{ llmTokensPerSecond: 200 }]);
  const [uncounted] = metricsOf(await scenario(hello));
  expect(uncounted).not.toHaveProperty('llmTokensPerSecond');
});

test('S005 the time to the first sentence is absent without a voice, and where the LLM never began', async () => {
  const [written] = metricsOf(await scenario({ ...hello, tts: [], options: { tts: null } }));
  expect(written).not.toHaveProperty('llmFirstSentenceMs');
  expect(written).toMatchObject({ llmFirstTokenMs: 100 });
  const [given] = metricsOf(await scenario({ tts: hello.tts, at: { 0: (session) => void session.say('hi there') }, durationMs: 2000 }));
  expect(given).not.toHaveProperty('llmFirstTokenMs');
});

test('S006 what an LLM flushes is spoken at once, without waiting for the rest of its sentence, and all is one message', async () => {
  class Flushing extends Agent {
    override async *llmNode(request: LLMRequest): AsyncGenerator<LLMEvent> {
      yield { type: 'text-delta', text: 'One here. ' };
      yield { type: 'flush' };
      await sleep(1000, request);
      yield { type: 'text-delta', text: 'Two there.' };
      yield { type: 'finish', reason: 'stop' };
    }
  }
  const tts = ['One here.', 'Two there.'].map((text) => ({ text, audioMs: 1000 }));
  const result = await scenario({ ...hello, llm: [], tts, agent: new Flushing({ instructions: 'Be scripted.' }) });
  expect(result.ttsCalls).toMatchObject([{ atMs: 3000, texts: ['One here.', 'Two there.'] }]);
  expect(result.played).toEqual([{ startedMs: 3200, endedMs: 5200, playedMs: 2000, complete: true }]);
  expect(result.history).toEqual(['user: hello', 'assistant: One here. Two there.']);
});

describe('the stages of a turn add up to the silence that the caller hears', () => {
  /** Records what is played, and when: on the clock, as `atMs` counts from the output's creation at 0. */
  const recorded = (create: (clock: VirtualClock, onAudio: (audio: PlayedAudio) => void) => AudioOutput) => {
    const heard: PlayedAudio[] = [];
    const firstSampleAfter = (fromMs: number): number => {
      for (const { samples, atMs, sampleRate } of heard) {
        const index = samples.findIndex((sample) => sample !== 0);
        const sampleMs = atMs + (index * 1000) / sampleRate;
        if (index >= 0 && sampleMs > fromMs) return sampleMs;
      }
      return Infinity;
    };
    return { output: (clock: VirtualClock) => create(clock, (audio) => void heard.push(audio)), firstSampleAfter };
  };
  const paced = () => recorded((clock, onAudio) => createPacedAudioOutput({ clock, sampleRate: 24_000, onAudio }));
  const memory = () => recorded((clock, onAudio) => memoryIO({ clock, sampleRate: 24_000, onAudio }).audioOutput);
  /** At another rate than the TTS: the resampler gives its first samples a little later. */
  const slower = () => recorded((clock, onAudio) => createPacedAudioOutput({ clock, sampleRate: 16_000, onAudio }));

  const lookUp = { look_up: tool({ description: 'Looks up.', execute: () => 'found' }) };

  test('with a slow hook', async () => {
    const { output, firstSampleAfter } = paced();
    const clock = new VirtualClock();
    class SlowHook extends Agent {
      override async onUserTurnCompleted(): Promise<void> {
        await sleep(250, { clock });
      }
    }
    const result = await scenario({ ...hello, clock, agent: new SlowHook({ instructions: 'Be scripted.' }), output });
    expect(metricsOf(result)).toMatchObject([{ endOfTurnDelayMs: 500, hookMs: 250, replyDelayMs: 500, responseDelayMs: 1250 }]);
    expect(firstSampleAfter(2500)).toBe(3750);
  });

  test('once: a reply that follows tools called with words is no answer to a silent turn', async () => {
    const result = await scenario({
      ...hello,
      tools: lookUp,
      llm: [
        { input: 'hello', output: 'one moment', toolCalls: [{ name: 'look_up' }] },
        { input: 'found', output: 'hi there' },
      ],
      tts: [...hello.tts, { text: 'one moment', audioMs: 1000 }],
    });
    expect(metricsOf(result)).toMatchObject([{ responseDelayMs: 1000 }, { step: 1, replyDelayMs: 500 }]);
    expect(metricsOf(result)[1]).not.toHaveProperty('responseDelayMs');
  });

  test.each<[string, Partial<Scenario>, number]>([
    ['plainly', {}, 1000],
    ['with a reply begun before', { options: { preemptiveGeneration: true } }, 700],
    [
      'with its speech begun before',
      {
        llm: [{ input: 'hello', output: 'hi there', ttftMs: 50, durationMs: 50 }],
        options: { preemptiveGeneration: { tts: true } },
      },
      500,
    ],
    ['with a late transcript', { user: [{ startMs: 500, endMs: 2500, text: 'hello', transcriptDelayMs: 1200 }] }, 1700],
    ['with a slow LLM', { llm: [{ input: 'hello', output: 'hi there', ttftMs: 900, durationMs: 1400 }] }, 2100],
    [
      'with a tool that the model calls without a word',
      {
        tools: lookUp,
        llm: [
          { input: 'hello', toolCalls: [{ name: 'look_up' }] },
          { input: 'found', output: 'hi there' },
        ],
      },
      1300,
    ],
  ])('%s', async (_name, change, silenceMs) => {
    for (const { output, firstSampleAfter } of [paced(), memory(), slower()]) {
      const result = await scenario({ ...hello, ...change, output });
      const metrics = metricsOf(result).at(-1);
      const { endOfTurnDelayMs = NaN, hookMs = NaN, replyDelayMs = NaN } = metrics ?? {};
      const heardMs = firstSampleAfter(2500) - 2500;
      expect(heardMs).toBeCloseTo(silenceMs, 6);
      expect(endOfTurnDelayMs + hookMs + replyDelayMs).toBeCloseTo(heardMs, 6);
      expect(metrics?.responseDelayMs).toBeCloseTo(heardMs, 6);
    }
  });
});

describe('usage counts what was thrown away', () => {
  const counted = { inputTokens: 100, outputTokens: 7 } as const;

  test('of a reply begun before the turn was over and not used', async () => {
    const agent = new Agent({ instructions: 'Be scripted.' });
    const result = await scenario({
      ...hello,
      llm: [{ input: 'hello', output: 'hi there', durationMs: 600, ...counted }],
      agent,
      options: { preemptiveGeneration: true },
      // Before its last token: what it would still have written is not paid for.
      at: { 2900: () => agent.updateInstructions('Be brief.') },
    });
    expect(result.llmCalls).toMatchObject([{ atMs: 2700, abortedMs: 3000 }, { atMs: 3000 }]);
    expect(usageOf(result)).toEqual([
      { kind: 'llm', provider: 'scripted', model: 'scripted-llm', usage: { inputTokens: 200, outputTokens: 7 } },
    ]);
  });

  test('of a reply that was interrupted, and of what its model told within the time given to its end', async () => {
    class Telling extends Agent {
      override async *llmNode({ signal }: LLMRequest): AsyncGenerator<LLMEvent> {
        yield { type: 'usage', provider: 'one', model: 'small', usage: { inputTokens: 50 } };
        yield { type: 'text-delta', text: 'hi there and so on.' };
        yield { type: 'flush' };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        yield { type: 'text-delta', text: 'Nobody hears this.' };
        yield { type: 'usage', provider: 'one', model: 'large', usage: { outputTokens: 3 } };
      }
    }
    const result = await scenario({
      user: hello.user,
      tts: [{ text: 'hi there and so on.', audioMs: 3000 }],
      agent: new Telling({ instructions: 'Be scripted.' }),
      at: { 4200: (session) => session.interrupt() },
      durationMs: 6000,
    });
    expect(result.history).toEqual(['user: hello', 'assistant!: hi']);
    expect(usageOf(result)).toEqual([
      { kind: 'llm', provider: 'one', model: 'small', usage: { inputTokens: 50 } },
      { kind: 'llm', provider: 'one', model: 'large', usage: { outputTokens: 3 } },
    ]);
  });
});
