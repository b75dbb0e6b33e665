import { describe, expect, test } from 'vitest';
import { createPacedAudioOutput } from '../call-io/paced-output.js';
import type { AudioInput } from '../provider/audio-input.js';
import type { AudioOutput } from '../provider/audio-output.js';
import type { TextInput } from '../provider/text-input.js';
import type { TranscriptOutput } from '../provider/transcript-output.js';
import { Channel } from '../stream/channel.js';
import { createScriptedInput } from '../testing/scripted-input.js';
import { createScriptedOutput } from '../testing/scripted-output.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import type { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';
import type { CallIOChanges } from './call-ends.js';

type Output = ReturnType<typeof createScriptedOutput>;

const answer = 'long long answer with many words in it';
const call: Omit<Scenario, 'at'> = {
  user: [{ startMs: 500, endMs: 2500, text: 'tell me more' }],
  llm: [{ input: 'tell me more', output: answer }],
  tts: [{ text: answer, audioMs: 10_000 }],
  durationMs: 15_000,
};
const errors = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []));

/** A call in which the reply plays from 3,500, and whose output is replaced at 5,500, 2,000 into it. */
async function swapped(make: (clock: VirtualClock) => AudioOutput, changes: Partial<Scenario> = {}) {
  const at = {
    5500: (session: AgentSession, clock: VirtualClock) => {
      session.updateIO({ audioOutput: make(clock) });
    },
    ...changes.at,
  };
  return { result: await scenario({ ...call, ...changes, at }) };
}

describe('S173: the output is replaced while the agent speaks', () => {
  test('and the reply finishes on the new one, from where it was heard, once and whole', async () => {
    const outputs: Output[] = [];
    const { result } = await swapped((clock) => {
      const output = createScriptedOutput(clock);
      outputs.push(output);
      return output;
    });
    expect(result.played).toEqual([{ startedMs: 3500, endedMs: 5500, playedMs: 2000, complete: false }]);
    expect(outputs[0]?.played).toEqual([{ startedMs: 5500, endedMs: 13_500, playedMs: 8000, complete: true }]);
    expect(result.history).toEqual(['user: tell me more', `assistant: ${answer}`]);
    expect(result.agentStates).toEqual(['0 listening', '3000 thinking', '3500 speaking', '13500 listening']);
    const metrics = result.events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
    expect(metrics).toMatchObject([{ playedMs: 10_000, interrupted: false }]);
  });

  test('and at another rate and in stereo, for as long as is left of it', async () => {
    let heardSamples = 0;
    const { result } = await swapped((clock) => {
      const onAudio = ({ samples }: { readonly samples: Int16Array }) => void (heardSamples += samples.length);
      return createPacedAudioOutput({ clock, sampleRate: 48_000, channels: 2, onAudio });
    });
    expect(heardSamples / 2 / 48).toBeCloseTo(8000, -1);
    expect(result.history.at(-1)).toBe(`assistant: ${answer}`);
    expect(errors(result)).toEqual([]);
  });

  test('and what is interrupted on the new one is cut where it was heard', async () => {
    const { result } = await swapped((clock) => createScriptedOutput(clock), { at: { 7500: (session) => session.interrupt() } });
    const undisturbed = await scenario({ ...call, at: { 7500: (session) => session.interrupt() } });
    expect(result.history).toEqual(undisturbed.history);
    expect(result.history.at(-1)).toMatch(/^assistant!: long long answer/);
  });

  test('and what the old one goes on to say is ignored, though it is broken and never ends its segment', async () => {
    const deaf = (clock: VirtualClock): AudioOutput => ({
      ...createScriptedOutput(clock),
      clear() {
        throw new Error('the device is lost');
      },
    });
    const { result } = await swapped((clock) => createScriptedOutput(clock), {
      at: { 100: (session, clock) => session.updateIO({ audioOutput: deaf(clock) }) },
    });
    expect(errors(result)).toEqual([]);
    expect(result.history.at(-1)).toBe(`assistant: ${answer}`);
    expect(result.agentStates.at(-1)).toBe('13500 listening');
  });

  test('and put back: each stretch is played once', async () => {
    const first: AudioOutput[] = [];
    const { result } = await swapped((clock) => createScriptedOutput(clock), {
      at: {
        100: (session) => void first.push(...(session.io.audioOutput === undefined ? [] : [session.io.audioOutput])),
        6500: (session) => session.updateIO({ audioOutput: first[0] }),
      },
    });
    expect(result.played).toEqual([
      { startedMs: 3500, endedMs: 5500, playedMs: 2000, complete: false },
      { startedMs: 6500, endedMs: 13_500, playedMs: 7000, complete: true },
    ]);
    expect(result.history.at(-1)).toBe(`assistant: ${answer}`);
  });

  test('while the reply is held, it goes on at the new one when it is taken up again', async () => {
    const outputs: Output[] = [];
    const { result } = await swapped(
      (clock) => {
        const output = createScriptedOutput(clock);
        outputs.push(output);
        return output;
      },
      { user: [...(call.user ?? []), { startMs: 4700, endMs: 5300, text: '' }], durationMs: 18_000 },
    );
    // Held at 5,200, half a second into the noise, and resumed two seconds after the VAD has seen its end.
    expect(result.played).toMatchObject([{ startedMs: 3500, complete: false }]);
    expect(outputs[0]?.played).toMatchObject([{ startedMs: 7800, complete: true }]);
    expect((result.played[0]?.playedMs ?? 0) + (outputs[0]?.played[0]?.playedMs ?? 0)).toBeCloseTo(10_000, 0);
    expect(result.history.at(-1)).toBe(`assistant: ${answer}`);
  });

  test('one that is idle is not cleared', async () => {
    let cleared = 0;
    const counting = (clock: VirtualClock): AudioOutput => ({ ...createScriptedOutput(clock), clear: () => void (cleared += 1) });
    await scenario({
      durationMs: 1000,
      at: {
        100: (session, clock) => session.updateIO({ audioOutput: counting(clock) }),
        500: (session, clock) => session.updateIO({ audioOutput: createScriptedOutput(clock) }),
      },
    });
    expect(cleared).toBe(0);
  });

  test('and taken away: the reply ends with what was heard, and later ones are written', async () => {
    const shown: string[] = [];
    const transcriptOutput: TranscriptOutput = {
      write: ({ speaker, text, final }) => void (speaker === 'agent' && final && shown.push(text)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const result = await scenario({
      ...call,
      io: { transcriptOutput },
      at: { 5500: (session) => session.updateIO({ audioOutput: null }), 8000: (session) => void session.say('in writing') },
    });
    expect(result.history).toEqual(['user: tell me more', 'assistant!: long long', 'assistant: in writing']);
    expect(shown).toEqual(['long long', 'in writing']);
    expect(result.agentStates.at(-1)).toMatch(/listening$/);
  });
});

describe('the input is replaced', () => {
  /** Whoever puts in another input closes the one before. */
  const hear = async (session: AgentSession, audioInput: AudioInput | null) => {
    const before = session.io.audioInput;
    session.updateIO({ audioInput });
    await before?.[Symbol.asyncDispose]();
  };

  test('and the caller is heard by the new one alone, on one line of time; S178: that the old one is not read any more is no end of the call', async () => {
    const result = await scenario({
      user: [{ startMs: 500, endMs: 1500, text: 'unheard' }],
      durationMs: 9000,
      options: { stt: createScriptedSTT([{ startMs: 500, endMs: 1500, text: 'hello' }]), llm: null },
      at: {
        400: (session) => hear(session, createScriptedInput([])),
        5000: (session) => hear(session, createScriptedInput([{ startMs: 500, endMs: 1500, text: 'hello' }])),
      },
    });
    expect(result.userStates).toEqual(['5550 speaking', '7000 listening']);
    expect(result.events.at(-1)?.event).toMatchObject({ type: 'close', reason: 'user' });
  });

  test('and taken away in the midst of a turn: what was said is answered, and nobody is heard until there is one again', async () => {
    const result = await scenario({
      ...call,
      user: [{ startMs: 500, endMs: 2500, text: 'tell me more' }],
      tts: [{ text: answer, audioMs: 1000 }],
      at: {
        2600: (session) => hear(session, null),
        9000: (session) => hear(session, createScriptedInput([{ startMs: 0, endMs: 1000, text: '' }])),
      },
    });
    expect(result.history).toEqual(['user: tell me more', `assistant: ${answer}`]);
    expect(result.userStates).toEqual(['550 speaking', '2600 listening', '9050 speaking', '10500 listening']);
  });
});

describe('updateIO', () => {
  const ended: TextInput = { messages: new Channel({ capacity: 1 }), [Symbol.asyncDispose]: () => Promise.resolve() };

  test('names a part that is none or unknown, and changes nothing', async () => {
    await scenario({
      durationMs: 1000,
      at: {
        100(session) {
          const before = session.io;
          const wrong: unknown = { audioOutput: { write: () => undefined } };
          expect(() => session.updateIO(trusted(wrong))).toThrow('updateIO: "audioOutput" lacks "end"');
          expect(() => session.updateIO(trusted({ speaker: 1 }))).toThrow('updateIO: there is no part "speaker"; known are audioInput');
          expect(session.io).toEqual(before);
        },
      },
    });
    const session = new AgentSession();
    expect(() => session.updateIO({})).toThrow('updateIO: the session has not been started');
  });

  test('lets go of a part without closing it; the session closes what it has at its end', async () => {
    const closed: string[] = [];
    const transcript = (name: string): TranscriptOutput => ({
      write: () => {},
      [Symbol.asyncDispose]: async () => void closed.push(name),
    });
    await scenario({
      durationMs: 1000,
      io: { transcriptOutput: transcript('first'), textInput: ended },
      at: { 100: (session) => session.updateIO({ transcriptOutput: transcript('second'), textInput: null }) },
    });
    expect(closed).toEqual(['second']);
  });
});

/** What JavaScript may pass, whatever the types say. */
function trusted(value: unknown): CallIOChanges {
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
  return value;
}

test('a reply that is held by noise when the output is taken away ends there: nothing is told to go on', async () => {
  const text = 'long long answer with many words in it';
  const result = await scenario({
    user: [{ startMs: 2000, endMs: 2800, text: '' }],
    tts: [{ text, audioMs: 10_000 }],
    at: {
      0: (session) => void session.say(text),
      4000: (session) => session.updateIO({ audioOutput: null }),
    },
    durationMs: 20_000,
  });
  expect(result.events.filter(({ event }) => event.type === 'false-interruption')).toEqual([]);
  expect(result.events.find(({ event }) => event.type === 'turn-metrics')?.atMs).toBe(4000);
  expect(result.agentStates.at(-1)).toMatch(/listening$/);
});
