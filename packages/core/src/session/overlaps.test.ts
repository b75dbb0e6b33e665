import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { createCallRecorder } from '../call-io/call-recorder.js';
import { createInstantAudioOutput } from '../call-io/instant-output.js';
import { memoryIO } from '../call-io/memory-io.js';
import { createPacedAudioOutput } from '../call-io/paced-output.js';
import type { AudioOutput } from '../provider/audio-output.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { ignoreBackchannels } from '../turn/interruption-policy.js';
import type { AgentSessionOptions } from './session-options.js';

const answer = 'long long answer with many words in it';
const preemptive = { preemptiveGeneration: true } as const;
const played = ({ played: segments }: ScenarioResult) => segments.map(({ startedMs, endedMs, playedMs }) => [startedMs, endedMs, playedMs]);
const falseInterruptions = ({ events }: ScenarioResult) =>
  events.flatMap(({ atMs, event }) => (event.type === 'false-interruption' ? [[atMs, event.resumed]] : []));

/** The agent speaks for ten seconds from 3200 on, and the caller says something at 5000. */
const over = (said: NonNullable<Scenario['user']>[number], change: Partial<Scenario> = {}) =>
  scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'tell me more' }, said],
    llm: [{ input: 'tell me more', output: answer }],
    tts: [{ text: answer, audioMs: 10_000 }],
    durationMs: 17_000,
    ...change,
    options: { ...preemptive, ...change.options },
  });
const reply = (input: string, output = '') => [
  { input: 'tell me more', output: answer },
  { input, output, ttftMs: 0, durationMs: 0 },
];

describe('S028 echo warm-up', () => {
  const play = (aecWarmupMs: number | null | undefined, change: Partial<Scenario> = {}) =>
    scenario({
      user: [
        { startMs: 500, endMs: 2500, text: 'tell me more' },
        { startMs: 4000, endMs: 5000, text: 'wait' },
      ],
      llm: reply('wait'),
      tts: [{ text: answer, audioMs: 15_000 }],
      durationMs: 9000,
      ...change,
      options: { ...preemptive, aecWarmupMs },
    });

  test('keeps voice and transcript from interrupting, but not a turn that is over', async () => {
    const result = await play(3000);
    expect(played(result)).toEqual([[3200, 5500, 2300]]);
    expect(result.agentStates.slice(2)).toEqual(['3200 speaking', '5500 thinking', '5500 listening']);
    expect(result.history).toEqual(['user: tell me more', 'assistant!: long', 'user: wait']);
  });

  test.each([[0], [null], [undefined]])('S029 there is none where the option is %s', async (aecWarmupMs) => {
    expect(played(await play(aecWarmupMs))).toEqual([[3200, 4500, 1300]]);
  });

  test('S029 an agent overrides the session', async () => {
    const agent = new Agent({ instructions: 'Be scripted.', aecWarmupMs: null });
    expect(played(await play(3000, { agent }))).toEqual([[3200, 4500, 1300]]);
  });

  test('S029 of 1.5 s ends while the caller still speaks: then it pauses the reply', async () => {
    expect(played(await play(1500))).toEqual([[3200, 4700, 1500]]);
  });

  test('counts from the first sound of the call, once', async () => {
    const result = await scenario({
      user: [{ startMs: 4000, endMs: 5000, text: 'wait' }],
      llm: [{ input: 'wait' }],
      tts: [
        { text: 'hello', audioMs: 500 },
        { text: answer, audioMs: 9000 },
      ],
      options: { aecWarmupMs: 3000 },
      at: { 0: (session) => void session.say('hello'), 2000: (session) => void session.say(answer) },
      durationMs: 9000,
    });
    expect(played(result)[1]).toEqual([2200, 4500, 2300]);
  });
});

describe('protected speech', () => {
  const user = [
    { startMs: 500, endMs: 2500, text: 'tell me more' },
    { startMs: 5000, endMs: 6000, text: 'wait' },
  ];
  const play = (options: AgentSessionOptions, change: Partial<Scenario> = {}) =>
    scenario({
      user,
      llm: [{ input: 'tell me more', output: answer }],
      tts: [{ text: answer, audioMs: 5000 }],
      durationMs: 12_000,
      ...change,
      options: { ...preemptive, allowInterruptions: false, ...options },
    });

  test('S022 is not heard over: what is said is discarded', async () => {
    const result = await play({ discardAudioIfUninterruptible: true });
    expect(played(result)).toEqual([[3200, 8200, 5000]]);
    expect(result.history).toEqual(['user: tell me more', `assistant: ${answer}`]);
  });

  test('S022 what is said over it is kept for the turn after, if it is not to be discarded', async () => {
    const result = await play(
      { discardAudioIfUninterruptible: false },
      {
        llm: reply('wait', 'yes?'),
        tts: [
          { text: answer, audioMs: 5000 },
          { text: 'yes?', audioMs: 500 },
        ],
      },
    );
    expect(played(result)).toEqual([
      [3200, 8200, 5000],
      [8200, 8700, 500],
    ]);
    // Said when the voice ended: before the agent had finished, and after it had begun.
    expect(result.history).toEqual(['user: tell me more', `assistant: ${answer}`, 'user: wait', 'assistant: yes?']);
  });

  test('is heard again the moment it has ended: the rest of an utterance is a turn', async () => {
    const result = await play(
      { discardAudioIfUninterruptible: true },
      {
        user: [...user.slice(0, 1), { startMs: 7000, endMs: 9000, text: 'and then' }],
        llm: reply('and then', 'nothing'),
        tts: [
          { text: answer, audioMs: 5000 },
          { text: 'nothing', audioMs: 500 },
        ],
      },
    );
    expect(played(result)).toEqual([
      [3200, 8200, 5000],
      [9700, 10_200, 500],
    ]);
  });
});

test('S030 an interim transcript stops the agent only where no VAD listens', async () => {
  const said = { startMs: 5000, endMs: 5300, text: 'wait a moment', transcriptDelayMs: 1000 };
  const withVad = await over(said, { llm: reply('wait a moment') });
  // The interim comes at 5800, the final at 6300.
  expect(played(withVad)).toEqual([[3200, 6300, 3100]]);
  const without = await over(said, { llm: reply('wait a moment'), options: { vad: null, turnDetection: 'stt' } });
  expect(without.played.at(0)?.endedMs).toBe(5800);
});

describe('an interruption that needs words', () => {
  const options = { minInterruptionWords: 3 };

  test('pauses the agent once it has them, while the voice lasts', async () => {
    // An interim has two words only: the third comes with the final.
    const result = await over({ startMs: 5000, endMs: 6000, text: 'wait a moment' }, { options, llm: reply('wait a moment') });
    expect(played(result)).toEqual([[3200, 6200, 3000]]);
  });

  test('is none without: what was said is remembered, and not answered', async () => {
    const result = await over({ startMs: 5000, endMs: 6000, text: 'wait' }, { options });
    expect(played(result)).toEqual([[3200, 13_200, 10_000]]);
    expect(result.history).toEqual(['user: tell me more', `assistant: ${answer}`, 'user: wait']);
  });
});

describe('backchannels', () => {
  const options = { interruptionPolicy: ignoreBackchannels };

  test('that are short do not even pause the agent', async () => {
    const result = await over({ startMs: 5000, endMs: 5300, text: 'Mm-hmm.' }, { options });
    expect(played(result)).toEqual([[3200, 13_200, 10_000]]);
    expect(falseInterruptions(result)).toEqual([]);
  });

  test('that are long pause it, and it goes on as soon as the turn is over', async () => {
    const result = await over({ startMs: 5000, endMs: 6000, text: 'uh-huh, okay' }, { options });
    expect(played(result)).toEqual([
      [3200, 5500, 2300],
      [6500, 14_200, 7700],
    ]);
    expect(falseInterruptions(result)).toEqual([[6500, true]]);
    expect(result.history).toEqual(['user: tell me more', `assistant: ${answer}`, 'user: uh-huh, okay']);
  });

  test('are a turn like any other when the agent is silent', async () => {
    const result = await over(
      { startMs: 14_000, endMs: 14_500, text: 'okay' },
      {
        options,
        llm: reply('okay', 'good'),
        tts: [
          { text: answer, audioMs: 10_000 },
          { text: 'good', audioMs: 500 },
        ],
        durationMs: 18_000,
      },
    );
    expect(result.history.slice(2)).toEqual(['user: okay', 'assistant: good']);
  });

  test('do not hide a word that means it', async () => {
    const result = await over({ startMs: 5000, endMs: 6000, text: 'okay stop' }, { options, llm: reply('okay stop') });
    expect(result.history).toEqual(['user: tell me more', 'assistant!: long long', 'user: okay stop']);
  });
});

describe('a policy of the application', () => {
  test('that stops at once needs no transcript', async () => {
    const options = { interruptionPolicy: ({ speechMs }: { readonly speechMs: number }) => (speechMs >= 200 ? 'stop' : 'ignore') } as const;
    expect(played(await over({ startMs: 5000, endMs: 5800, text: '' }, { options }))).toEqual([[3200, 5200, 2000]]);
  });

  test('that throws is reported, and interrupts nothing', async () => {
    const interruptionPolicy = () => {
      throw new Error('no policy');
    };
    const result = await over({ startMs: 5000, endMs: 5400, text: '' }, { options: { interruptionPolicy, logger: { log() {} } } });
    expect(played(result)).toEqual([[3200, 13_200, 10_000]]);
    expect(result.events.some(({ event }) => event.type === 'error' && event.source === 'hook')).toBe(true);
  });
});

describe('S026C noise costs no reply, whatever the output', () => {
  const noise = { startMs: 5000, endMs: 5800, text: '' };
  const resumed = [
    [3200, 5500, 2300],
    [8300, 16_000, 7700],
  ];
  const play = (output: (clock: VirtualClock) => AudioOutput) => over(noise, { output });
  const whole = ['user: tell me more', `assistant: ${answer}`];

  test.each<[string, (clock: VirtualClock) => AudioOutput]>([
    ['paced', (clock) => createPacedAudioOutput({ clock, sampleRate: 24_000 })],
    ['memory', (clock) => memoryIO({ clock, sampleRate: 24_000 }).audioOutput],
  ])('%s: it pauses, and goes on where it stopped', async (_name, output) => {
    const result = await play(output);
    expect(played(result)).toEqual(resumed);
    expect(falseInterruptions(result)).toEqual([[8300, true]]);
    expect(result.history).toEqual(whole);
  });

  test.each<[string, (clock: VirtualClock) => AudioOutput]>([
    ['instant', () => createInstantAudioOutput({ sampleRate: 24_000 })],
    ['memory without pace', (clock) => memoryIO({ clock, sampleRate: 24_000, pace: false }).audioOutput],
  ])('%s: it was played before', async (_name, output) => {
    const result = await play(output);
    expect(played(result)).toEqual([[3200, 3300, 10_000]]);
    expect([falseInterruptions(result), result.history]).toEqual([[], whole]);
  });

  test('file: it pauses, and goes on where it stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-overlaps-'));
    try {
      const clock = new VirtualClock();
      const recorder = await createCallRecorder({ clock, path: join(folder, 'call.wav'), sampleRate: 24_000 });
      const result = await over(noise, { clock, output: () => recorder.output });
      await recorder.close();
      expect(played(result)).toEqual(resumed);
      expect(result.history).toEqual(whole);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('S037 transcripts of speech over the agent’s are held back for nothing: each is told once, when it comes', async () => {
  const { events } = await scenario({
    user: [
      { startMs: 1000, endMs: 1300, text: 'uh' },
      { startMs: 2000, endMs: 2300, text: 'huh' },
    ],
    tts: [{ text: 'a long story', audioMs: 5000 }],
    options: { interruptionPolicy: () => 'ignore' },
    at: { 100: (session) => void session.say('a long story'), 2600: (session) => session.clearUserTurn() },
    durationMs: 7000,
  });
  const finals = events.flatMap(({ atMs, event }) =>
    event.type === 'user-input-transcribed' && event.isFinal ? [`${atMs} ${event.transcript}`] : [],
  );
  expect(finals).toEqual(['1500 uh', '2500 huh']);
});
