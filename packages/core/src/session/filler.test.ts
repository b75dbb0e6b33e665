import { describe, expect, test } from 'vitest';
import type { FillerOptions, FillerSource, RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import { createDeferred } from '../stream/deferred.js';
import type { AgentSession } from './agent-session.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';

interface Filling {
  readonly source?: FillerSource;
  readonly options?: FillerOptions;
  readonly use?: (context: RunContext) => void;
  readonly more?: Partial<Scenario>;
  /** When the tool ends. */
  readonly endMs?: number;
}

const waiting = 'still looking';

/** A tool that runs from 3,300 ms on, with a filler. */
function filling({ source = waiting, options, use, more, endMs = 9000 }: Filling): Promise<ScenarioResult> {
  const gate = createDeferred<void>();
  return scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
    durationMs: 12_000,
    ...more,
    llm: [{ input: 'hello', toolCalls: [{ name: 'search' }] }, ...(more?.llm ?? [{ input: 'found' }])],
    tts: more?.tts ?? [{ text: waiting, audioMs: 1000 }],
    tools: {
      search: tool({
        description: '',
        execute: async (_args, context) => {
          context.filler(source, options);
          use?.(context);
          await gate.promise;
          return 'found';
        },
      }),
    },
    at: { [endMs]: () => gate.resolve(), ...more?.at },
  });
}

const starts = ({ played }: ScenarioResult): number[] => played.map(({ startedMs }) => startedMs);

test('S092: a filler is said once after the delay, never before, and enters the history', async () => {
  const result = await filling({ options: { delayMs: 3000 } });
  expect(starts(result)).toEqual([6500]);
  expect(result.history.slice(1)).toEqual(['assistant: still looking', 'call: search {}', 'output: found']);
});

test('S092: the delay is 2 s if none is given', async () => {
  expect(starts(await filling({}))).toEqual([5500]);
});

test('S092: a filler with an interval is said again, so long after the last', async () => {
  expect(starts(await filling({ options: { delayMs: 1000, intervalMs: 1000 }, endMs: 8000 }))).toEqual([4500, 6700]);
});

test('S092: whatever the agent says restarts the wait', async () => {
  const result = await filling({
    options: { delayMs: 2000 },
    more: { at: { 4000: (session) => void session.say('so far') }, tts: [waiting, 'so far'].map((text) => ({ text, audioMs: 1000 })) },
  });
  // Said from 4.2 to 5.2 s.
  expect(starts(result)).toEqual([4200, 7400]);
});

test('S092: the user restarts the wait', async () => {
  const user = [
    { startMs: 500, endMs: 2500, text: 'hello' },
    { startMs: 4500, endMs: 4800, text: '' },
  ];
  // Speaking from 4.55 s until it is known at 5.3 s that it was over.
  expect(starts(await filling({ options: { delayMs: 2000 }, more: { user } }))).toEqual([7500]);
});

test('S092: a function is told how often it has spoken, and may say nothing', async () => {
  const steps: number[] = [];
  const source = (step: number) => {
    steps.push(step);
    return step === 0 ? undefined : waiting;
  };
  expect(starts(await filling({ source, options: { delayMs: 1000, intervalMs: 2000 }, endMs: 7000 }))).toEqual([6500]);
  expect(steps).toEqual([0, 1]);
});

test.each([
  ['stop', (context: RunContext) => context.filler(waiting, { delayMs: 1000 }).stop()],
  ['dispose', (context: RunContext) => context.filler(waiting, { delayMs: 1000 })[Symbol.dispose]()],
])('S092: %s ends it', async (_what, use) => {
  expect(starts(await filling({ options: { delayMs: 50_000 }, use, more: { tts: [] } }))).toEqual([]);
});

test('S092: the end of the tool ends it', async () => {
  expect(starts(await filling({ endMs: 5000, more: { tts: [] } }))).toEqual([]);
});

test('S092: an interruption ends it', async () => {
  const more = { llm: [], tts: [], at: { 4000: (session: { interrupt(): void }) => session.interrupt() } };
  expect(starts(await filling({ more }))).toEqual([]);
});

test('S092: an update restarts the wait', async () => {
  const result = await filling({
    options: { delayMs: 2000 },
    use: (context) => context.update('begun'),
    more: {
      llm: [
        { input: 'begun\n(Still running. The result will follow; do not guess it.)', ttftMs: 1000, durationMs: 1000 },
        { input: 'found' },
      ],
    },
  });
  // The reply to the update is thought of until 4.3 s, and has nothing to say.
  expect(starts(result)).toEqual([6500]);
});

/** When fillers were given to be said; the tool runs from 3,300 on. */
const fired = ({ events }: ScenarioResult): number[] =>
  events.flatMap(({ atMs, event }) => (event.type === 'speech-created' && event.source === 'say' ? [atMs - 3300] : []));
const short = [{ text: waiting, audioMs: 50, ttfbMs: 0, durationMs: 0 }];

describe('S092, at the numbers of the scenario', () => {
  test('a filler fires once, 50 after it was armed, and never before', async () => {
    expect(fired(await filling({ options: { delayMs: 50 }, more: { tts: short } }))).toEqual([50]);
  });

  test('an activity of the agent that ends at 50 of 100 restarts the wait: none at 130, one at 180', async () => {
    const more = {
      tts: [...short, { ...short[0], text: 'so far', audioMs: 50 }],
      at: { 3300: (session: AgentSession) => void session.say('so far') },
    };
    const result = await filling({ options: { delayMs: 100 }, more });
    expect(fired(result)).toEqual([0, 150]);
  });

  test('an activity of the user that ends at 50 of 100 does so too', async () => {
    // The VAD knows of it at 3,300, and of its end 50 ms later.
    const user = [
      { startMs: 500, endMs: 2500, text: 'hello' },
      { startMs: 3250, endMs: 3300, text: '' },
    ];
    const options = { vad: createScriptedVAD({ minSilenceMs: 50 }), minEndpointingDelayMs: 500 };
    expect(fired(await filling({ options: { delayMs: 100 }, more: { user, options, tts: short } }))).toEqual([150]);
  });

  test('one whose time has come as it is interrupted fires once more at most', async () => {
    for (const atMs of [3350, 3400, 3450, 3500]) {
      const more = { llm: [], tts: short, at: { [atMs]: (session: AgentSession) => session.interrupt() } };
      const result = await filling({ options: { delayMs: 100, intervalMs: 100 }, more: { ...more, tts: atMs <= 3400 ? [] : short } });
      expect(fired(result).filter((ms) => ms > atMs - 3300).length).toBeLessThanOrEqual(1);
    }
  });

  test.each([
    ['stop', (context: RunContext) => context.filler(waiting, { delayMs: 50 }).stop()],
    ['dispose', (context: RunContext) => context.filler(waiting, { delayMs: 50 })[Symbol.dispose]()],
  ])('%s ends one of 50', async (_what, use) => {
    expect(fired(await filling({ options: { delayMs: 50_000 }, use, more: { tts: [] } }))).toEqual([]);
  });
});

test('a filler whose function throws is reported, and the tool goes on', async () => {
  const source = () => {
    throw new Error('no idea');
  };
  const result = await filling({ source, more: { tts: [] } });
  expect(result.history.at(-1)).toBe('output: found');
  expect(result.events.filter(({ event }) => event.type === 'error')).toMatchObject([{ event: { source: 'tool', recoverable: true } }]);
});

test('a filler with a time that is none is refused, by name', async () => {
  const errors: unknown[] = [];
  const use = (context: RunContext) => {
    try {
      context.filler(waiting, { delayMs: Number.NaN });
    } catch (error) {
      errors.push(error);
    }
  };
  await filling({ use });
  expect(errors).toMatchObject([{ name: 'TypeError', message: expect.stringMatching(/"delayMs" is NaN/) }]);
});
