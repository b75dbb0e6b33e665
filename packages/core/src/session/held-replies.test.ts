import { describe, expect, test } from 'vitest';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import { ignoreBackchannels } from '../turn/interruption-policy.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];

const resumed = ({ events }: ScenarioResult): number[] =>
  events.flatMap(({ atMs, event }) => (event.type === 'false-interruption' && event.resumed ? [atMs] : []));

/** A reply from 3,500 on, paused at 5,500 by what is said from 5,000 to 6,000: "uh-huh" is known for what it is before the detector is. */
const story = (text: string, change: Partial<Scenario> = {}): Promise<ScenarioResult> =>
  scenario({
    user: [...hello, { startMs: 5000, endMs: 6000, text }],
    llm: [
      { input: 'hello', output: 'long answer' },
      ...(text === 'wait a minute' ? [{ input: text, output: '', ttftMs: 0, durationMs: 0 }] : []),
    ],
    tts: [{ text: 'long answer', audioMs: 5000 }],
    detector: { minSilenceMs: 50, predictions: [{ probability: 0.9 }, { probability: 0.1 }] },
    durationMs: 14_000,
    ...change,
    options: {
      vad: createScriptedVAD({ minSilenceMs: 50 }),
      interruptionPolicy: ignoreBackchannels,
      minEndpointingDelayMs: 100,
      maxEndpointingDelayMs: 500,
      falseInterruptionTimeoutMs: 300,
      ...change.options,
    },
  });

/** When the VAD knows that the voice is over: 50 ms after it was. */
const vadEndMs = 6050;

describe('S039 a held reply, with a VAD that waits 50 ms, a timeout of 300 and a detector that expects more', () => {
  test('goes on once, with the decision about the turn 450 after the VAD, not at the timeout', async () => {
    const result = await story('uh-huh');
    expect(resumed(result)).toEqual([vadEndMs + 450]);
    expect(result.played.at(-1)).toMatchObject({ complete: true });
  });

  test('goes on once, at the timeout of 300, where no turn is open to be decided', async () => {
    const noise = { detector: { minSilenceMs: 50, predictions: [{ probability: 0.9 }, { probability: 0.9 }] } };
    expect(resumed(await story('', noise))).toEqual([vadEndMs + 300]);
  });

  test('goes on at once if the turn is decided before the timeout', async () => {
    expect(resumed(await story('uh-huh', { options: { maxEndpointingDelayMs: 250 } }))).toEqual([6250]);
  });

  test('does not go on when the turn was meant', async () => {
    expect(resumed(await story('wait a minute'))).toEqual([]);
  });

  test.each([6100, 6300, 6400])('does not go on when the session closes at %i, with the decision open', async (atMs) => {
    expect(resumed(await story('uh-huh', { at: { [atMs]: (session) => void session.close() } }))).toEqual([]);
  });

  test('goes on with the decision where the VAD takes 500 ms, too', async () => {
    const slow = (maxEndpointingDelayMs: number) => story('uh-huh', { options: { vad: createScriptedVAD(), maxEndpointingDelayMs } });
    // The VAD hears the end at 6,500: the timeout is at 6,800, the decision at 7,500.
    expect(resumed(await slow(1500))).toEqual([7500]);
    expect(resumed(await slow(500))).toEqual([6500]);
  });
});
