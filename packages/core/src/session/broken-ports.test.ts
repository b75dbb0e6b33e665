import { describe, expect, test } from 'vitest';
import { createPacedAudioOutput } from '../call-io/paced-output.js';
import type { AudioChunk, AudioInput } from '../provider/audio-input.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';
import { createScriptedInput } from '../testing/scripted-input.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import type { InterruptionPolicy } from '../turn/turn-options.js';

/** As from JavaScript, where nothing is checked beforehand. */
function anyhow<T>(value: unknown): T;
function anyhow(value: unknown): unknown {
  return value;
}

const faultsOf = ({ events }: ScenarioResult): readonly string[] =>
  events.flatMap(({ event }) => (event.type === 'error' ? [`${event.source} ${event.error.message} ${event.recoverable}`] : []));

const script = {
  user: [{ startMs: 500, endMs: 1500, text: 'hello' }],
  llm: [{ input: 'hello', output: 'hi' }],
  tts: [{ text: 'hi', audioMs: 1000 }],
  durationMs: 15_000,
};

/** A paced output, what it reports changed on its way. */
const reporting =
  (change: (event: PlayoutEvent) => readonly unknown[]) =>
  (clock: Clock): AudioOutput => {
    const paced = createPacedAudioOutput({ clock, sampleRate: 24_000 });
    return {
      sampleRate: paced.sampleRate,
      channels: paced.channels,
      latencyMs: paced.latencyMs,
      write: (segmentId, frame) => paced.write(segmentId, frame),
      end: (segmentId) => paced.end(segmentId),
      clear: () => paced.clear(),
      events: (async function* () {
        for await (const event of paced.events) yield* change(event).map((one) => anyhow<PlayoutEvent>(one));
      })(),
      [Symbol.asyncDispose]: () => paced[Symbol.asyncDispose](),
    };
  };

describe('an output that breaks its contract is told of once by rule, and the call goes on', () => {
  test.each([
    ['NaN', Number.NaN, 'reported a playedMs that is no number of milliseconds from 0 on'],
    ['a negative time', -100, 'reported a playedMs that is no number of milliseconds from 0 on'],
    ['more than there was', 1e9, 'reported that more was played than it was given'],
  ])('playedMs of %s', async (_name, playedMs, rule) => {
    const output = reporting((event) => [event.type === 'started' ? event : { ...event, playedMs }]);
    const result = await scenario({ ...script, output });
    expect(faultsOf(result)).toEqual([`audio-output audio output: broke its contract: ${rule} true`]);
    expect(result.history).toContain('user: hello');
  });

  test('events that are none', async () => {
    const output = reporting((event) => (event.type === 'started' ? [event, { type: 'paused', segmentId: 'segment-1' }] : [event]));
    const result = await scenario({ ...script, output });
    expect(faultsOf(result)).toEqual([
      'audio-output audio output: broke its contract: reported a playout event of a type that there is not true',
    ]);
    expect(result.history).toEqual(['user: hello', 'assistant: hi']);
  });

  test('null for an event', async () => {
    const clock = new VirtualClock();
    const audioOutput = reporting((event) => (event.type === 'started' ? [null, event] : [event]))(clock);
    // Past the scripted loudspeaker, which looks at each event itself.
    const result = await scenario({ ...script, clock, io: { audioOutput } });
    expect(faultsOf(result)).toEqual(['audio-output audio output: broke its contract: reported a playout event that is no object true']);
    expect(result.history).toEqual(['user: hello', 'assistant: hi']);
  });

  test('events that end before the call does', async () => {
    const ended = (clock: Clock): AudioOutput => ({
      ...reporting((event) => [event])(clock),
      events: (async function* (): AsyncGenerator<PlayoutEvent> {})(),
    });
    const result = await scenario({ ...script, output: ended });
    expect(faultsOf(result)[0]).toBe('audio-output audio output: broke its contract: ended its events before it was closed false');
    expect(result.history).toEqual(['user: hello', 'assistant: hi']);
  });

  test('one that is well is told nothing of, its end included', async () => {
    expect(faultsOf(await scenario({ ...script, output: reporting((event) => [event]) }))).toEqual([]);
  });
});

describe('an input that gives something else in between', () => {
  const between = (bad: unknown): AudioInput => {
    const good = createScriptedInput(script.user);
    return {
      read: (options) =>
        (async function* () {
          let count = 0;
          for await (const chunk of good.read(options)) {
            count += 1;
            if (count % 20 === 0) yield anyhow<AudioChunk>(bad);
            yield chunk;
          }
        })(),
      [Symbol.asyncDispose]: () => good[Symbol.asyncDispose](),
    };
  };

  test.each([
    ['null', null, 'gave a chunk that is no object'],
    ['a text', 'audio', 'gave a chunk that is no object'],
    ['another type', { type: 'video' }, 'gave a chunk of a type that there is not'],
    ['no frame', { type: 'audio' }, 'gave a frame without 16-bit samples'],
  ])('%s: it is told once, and the rest is heard', async (_name, bad, rule) => {
    const result = await scenario({ ...script, io: { audioInput: between(bad) } });
    expect(faultsOf(result)).toEqual([`audio-input audio input: broke its contract: ${rule} true`]);
    expect(result.history).toEqual(['user: hello', 'assistant: hi']);
  });
});

describe('an interruption policy that gives no verdict', () => {
  const talked = (interruptionPolicy: InterruptionPolicy) =>
    scenario({
      user: [
        { startMs: 500, endMs: 1500, text: 'hello' },
        { startMs: 3000, endMs: 4000, text: 'wait' },
      ],
      llm: [{ input: 'hello', output: 'hi' }],
      tts: [{ text: 'hi', audioMs: 4000 }],
      options: { interruptionPolicy },
      durationMs: 15_000,
    });
  const wanted = 'must give "ignore", "pause" or "stop"';

  test.each([
    ['is async', async () => 'stop', `gave a promise; it must not be async, and ${wanted}`],
    ['is async and fails', () => Promise.reject(new Error('no')), `gave a promise; it must not be async, and ${wanted}`],
    ['returns junk', () => 'whatever', `gave "whatever"; it ${wanted}`],
    ['returns nothing', () => {}, `gave undefined; it ${wanted}`],
  ])('because it %s is told once, and interrupts nothing', async (_name, policy, message) => {
    const result = await talked(anyhow<InterruptionPolicy>(policy));
    expect(faultsOf(result)).toEqual([`hook option "interruptionPolicy" ${message} true`]);
    expect(result.history).toContain('assistant: hi');
  });

  test('because it throws is told once', async () => {
    const result = await talked(() => {
      throw new Error('oh no');
    });
    expect(faultsOf(result)).toEqual(['hook oh no true']);
  });
});
