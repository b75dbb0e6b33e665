import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { Logger } from '../provider/logger.js';
import { callStream } from '../provider-kit/call-stream.js';
import type { VAD } from '../provider/vad.js';
import type { TurnDetector } from '../provider/turn-detector.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedTurnDetector } from '../testing/scripted-turn-detector.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const noReply = (...inputs: readonly string[]) => inputs.map((input) => ({ input, output: '', ttftMs: 0, durationMs: 0 }));

/** When each message of the user entered the history. */
const turns = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) =>
    event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.role === 'user'
      ? [`${atMs} ${event.item.content.map((part) => (part.type === 'text' ? part.text : '')).join('')}`]
      : [],
  );
const troubles = ({ events }: ScenarioResult): unknown[] =>
  events.flatMap(({ atMs, event }) => {
    if (event.type === 'error') return [[atMs, event.source, String(event.recoverable)]];
    return event.type === 'recovered' ? [[atMs, event.source, event.action]] : [];
  });

const play = (script: Omit<Scenario, 'durationMs'> & { readonly durationMs?: number }): Promise<ScenarioResult> =>
  scenario({ durationMs: 12_000, ...script });

describe('a turn detector', () => {
  test('S055 is asked once the silence that it wants has come, and its yes ends the turn after the shortest delay', async () => {
    const result = await play({ user: hello, detector: { predictions: [{ probability: 0.9 }] }, llm: noReply('hello') });
    // The final comes at 2,700, with the silence: the question was there before it.
    expect(result.predictions).toEqual([expect.stringMatching(/^2700 /)]);
    expect(turns(result)).toEqual(['3000 hello']);
  });

  test('S057 may want more silence than the VAD takes to end a stretch: it is asked when the silence is there', async () => {
    const result = await play({
      user: hello,
      detector: { minSilenceMs: 800, predictions: [{ probability: 0.9 }] },
      llm: noReply('hello'),
      options: { minEndpointingDelayMs: 1500 },
    });
    // The voice ended at 2,500; the VAD said so at 3,000, and its windows go on.
    expect(result.predictions).toEqual([expect.stringMatching(/^3300 /)]);
    expect(turns(result)).toEqual(['4000 hello']);
  });

  test('that expects more has the session wait for the longest delay', async () => {
    const result = await play({
      user: hello,
      detector: { predictions: [{ probability: 0.1 }] },
      llm: noReply('hello'),
      options: { maxEndpointingDelayMs: 3000 },
    });
    expect(turns(result)).toEqual(['5500 hello']);
  });

  test('is asked anew in each pause, and its answer to the pause before counts no more', async () => {
    const result = await play({
      user: [...hello, { startMs: 4000, endMs: 5000, text: 'there' }],
      detector: { predictions: [{ probability: 0.1 }, { probability: 0.9 }] },
      llm: noReply('hello there'),
    });
    expect(turns(result)).toEqual(['5500 hello there']);
  });

  test('S055 is asked again after a pause within what the VAD takes for one stretch', async () => {
    const result = await play({
      user: [...hello, { startMs: 2900, endMs: 4000, text: 'there' }],
      detector: { predictions: [{ probability: 0.9 }, { probability: 0.9 }] },
      llm: noReply('hello there'),
    });
    expect(result.predictions).toHaveLength(2);
    expect(turns(result)).toEqual(['4500 hello there']);
  });

  test('S054 is asked once for a pause, whatever comes of it later; after a clear, again', async () => {
    const late = [{ startMs: 500, endMs: 2500, text: 'hello', transcriptDelayMs: 1500 }];
    const once = await play({ user: late, detector: { predictions: [{ probability: 0.9 }] }, llm: noReply('hello') });
    expect([once.predictions.length, turns(once)]).toEqual([1, ['4000 hello']]);
    const again = await play({
      user: [...late, { startMs: 5000, endMs: 6000, text: 'there' }],
      detector: { predictions: [{ probability: 0.9 }, { probability: 0.9 }] },
      llm: noReply('there'),
      // Before any text of it: what is said before is forgotten, whenever the STT is done with it.
      at: { 3100: (session) => session.clearUserTurn() },
    });
    expect([again.predictions, turns(again)]).toEqual([['2700 ', '6200 there'], ['6500 there']]);
  });

  test('S055 is not asked about a final that comes when its turn is over: the shortest delay applies, and one warning tells of it', async () => {
    const warnings: string[] = [];
    const logger: Logger = { log: (level, message) => void (level === 'warn' && warnings.push(message)) };
    const result = await play({
      user: [500, 6500].map((startMs) => ({ startMs, endMs: startMs + 2000, text: 'I am here now', transcriptDelayMs: 2600 })),
      detector: { predictions: [{ probability: 0.9 }, { probability: 0.9 }] },
      llm: noReply('I am', 'here now', 'I am', 'here now').slice(0, 2),
      options: { logger },
    });
    // Each interim is taken after two seconds, and its final comes 600 ms later: the voice it belongs to ended long ago.
    expect(turns(result)).toEqual(['4500 I am', '5600 here now', '10500 I am', '11600 here now']);
    expect(result.predictions).toEqual(['2700 ', '8700 ']);
    expect(warnings).toEqual([expect.stringMatching(/^a final transcript came after its turn was over/)]);
  });

  test('S055 is not asked by the end of a voice, only by silence; that end is told once it is asked, and asks nothing', async () => {
    const whole = await play({ user: hello, detector: { predictions: [{ probability: 0.9 }] }, llm: noReply('hello') });
    expect(whole.predictions).toHaveLength(1);
    // A VAD that says when a voice ends and nothing of the silence before.
    const scripted = createScriptedVAD();
    const vad: VAD = {
      ...scripted,
      detect: (request) =>
        callStream(request, async function* () {
          for await (const event of scripted.detect(request)) if (event.type !== 'window' || event.silenceMs === 0) yield event;
        }),
    };
    const silent = await play({ user: hello, options: { vad }, detector: { predictions: [] }, llm: noReply('hello') });
    // Nobody knows whether more is to come.
    expect([silent.predictions, turns(silent)]).toEqual([[], ['8500 hello']]);
  });

  test('S055 that does not answer within a second ends the turn, and nothing is made up in its place', async () => {
    const result = await play({
      user: hello,
      detector: { predictions: [{ probability: 0.1, delayMs: 5000 }] },
      llm: noReply('hello'),
    });
    expect([result.predictions, turns(result)]).toEqual([['2700 hello'], ['3700 hello']]);
  });

  test('S054 of text is asked anew for each text, and never about one that may still change', async () => {
    const result = await play({
      user: [...hello, { startMs: 2900, endMs: 3500, text: 'there' }],
      detector: {
        hearsAudio: false,
        predictions: [
          { probability: 0.1, transcript: 'hello' },
          { probability: 0.9, transcript: 'hello there' },
        ],
      },
      llm: noReply('hello there'),
    });
    expect(result.predictions).toEqual(['2700 hello', '3700 hello there']);
    expect(turns(result)).toEqual(['4000 hello there']);
  });

  test('is not asked about a language that it does not know', async () => {
    const result = await play({
      user: [{ startMs: 500, endMs: 2500, text: 'hallo', language: 'de-CH' }],
      detector: { hearsAudio: false, languages: ['en'], predictions: [] },
      llm: noReply('hallo'),
    });
    expect(turns(result)).toEqual(['3000 hallo']);
  });

  test('finds pauses by the STT where there is no VAD', async () => {
    const result = await play({
      user: hello,
      stt: { speechEndDelayMs: 400 },
      detector: { predictions: [{ probability: 0.1 }] },
      llm: noReply('hello'),
      options: { vad: null, maxEndpointingDelayMs: 2000 },
    });
    expect(turns(result)).toEqual(['4500 hello']);
  });

  test('is not asked in a call whose turns end by hand', async () => {
    const result = await play({
      user: hello,
      llm: noReply('hello'),
      options: { turnDetection: 'manual' },
      at: { 5000: (session) => session.commitUserTurn() },
    });
    expect([result.predictions, turns(result)]).toEqual([[], ['5000 hello']]);
  });
});

describe('S056 a question to a turn detector', () => {
  test('that is of no use any more is cancelled, and its late answer counts for nothing', async () => {
    const result = await play({
      user: [...hello, { startMs: 3000, endMs: 4000, text: 'there' }],
      detector: { predictions: [{ probability: 0.9, delayMs: 900 }, { probability: 0.1 }] },
      llm: noReply('hello there'),
      options: { maxEndpointingDelayMs: 2000 },
    });
    expect(turns(result)).toEqual(['6000 hello there']);
    expect(troubles(result)).toEqual([]);
  });

  test('that is open when the session closes leaves nothing behind', async () => {
    const result = await play({
      user: hello,
      detector: { predictions: [{ probability: 0.9, delayMs: 900 }] },
      at: { 2800: (session) => void session.close() },
    });
    expect(result.history).toEqual(['user: hello']);
    expect(troubles(result)).toEqual([]);
  });

  test('that takes over a second counts as a yes, and that is told', async () => {
    const result = await play({
      user: hello,
      detector: { predictions: [{ probability: 0.1, delayMs: 5000 }] },
      llm: noReply('hello'),
    });
    expect(turns(result)).toEqual(['3700 hello']);
    expect(troubles(result)).toEqual([
      [3700, 'turn-detector', 'true'],
      [3700, 'turn-detector', 'went by the shortest delay'],
    ]);
  });

  test('that fails counts as a yes, and the next pause asks again', async () => {
    const result = await play({
      user: [...hello, { startMs: 5000, endMs: 6000, text: 'again' }],
      detector: { predictions: [{ probability: 0.1, error: new Error('no model') }, { probability: 0.1 }] },
      llm: noReply('hello', 'again'),
      options: { maxEndpointingDelayMs: 2000 },
    });
    expect(turns(result)).toEqual(['3000 hello', '8000 again']);
    expect(troubles(result)).toHaveLength(2);
  });

  test('of one that answers nonsense, or cannot even be opened, does not hold up the call', async () => {
    const scripted = createScriptedTurnDetector([], new ScriptProblems());
    const broken = (change: Partial<TurnDetector>): TurnDetector => ({ ...scripted, ...change });
    const closed = () => Promise.resolve();
    const detectors = [
      broken({
        open: () => {
          throw new Error('no file');
        },
      }),
      broken({
        open: () => ({
          predict: () => Promise.resolve({ probability: Number.NaN, threshold: 0.5 }),
          reset: () => {},
          [Symbol.asyncDispose]: closed,
        }),
      }),
      broken({
        open: () => ({
          push: () => {
            throw new Error('no memory');
          },
          predict: () => {
            throw new Error('never reached');
          },
          reset: () => {
            throw new Error('no reset');
          },
          [Symbol.asyncDispose]: () => Promise.reject(new Error('no end')),
        }),
      }),
    ];
    for (const turnDetection of detectors) {
      const result = await play({ user: hello, llm: noReply('hello'), options: { turnDetection } });
      expect(turns(result)).toEqual(['3000 hello']);
      expect(troubles(result)).toContainEqual([expect.any(Number), 'turn-detector', 'true']);
    }
  });
});

describe('the detector of an agent', () => {
  test('S064 is kept at a hand-off if the next has the same, else closed; it hears what is said at its own rate', async () => {
    const problems = new ScriptProblems();
    const shared = createScriptedTurnDetector([], problems);
    const other = createScriptedTurnDetector([], problems);
    let openings = 0;
    const counted: TurnDetector = {
      ...shared,
      open: (options) => {
        openings += 1;
        return shared.open(options);
      },
    };
    const open: number[][] = [];
    const note = () => void open.push([shared.openCount, other.openCount, shared.heardMs]);
    await play({
      options: { turnDetection: counted },
      at: {
        1000: note,
        1500: (session) => session.updateAgent(new Agent({ instructions: '' })),
        2000: note,
        2500: (session) => session.updateAgent(new Agent({ instructions: '', turnDetection: other })),
        3000: note,
        3500: (session) => session.updateAgent(new Agent({ instructions: '', turnDetection: 'vad' })),
        4000: note,
      },
      durationMs: 5000,
    });
    expect(openings).toBe(1);
    expect(open).toEqual([
      [1, 0, 950],
      [1, 0, 1950],
      [0, 1, 2450],
      [0, 0, 2450],
    ]);
    problems.assertNone();
  });
});

describe('a mode that cannot work is refused at the start', () => {
  test.each([
    ['realtime_llm without a realtime model', { turnDetection: 'realtime_llm' } as const, /"realtime_llm", but there is no realtime model/],
    ['vad without a VAD', { turnDetection: 'vad' } as const, /"vad", but there is no VAD/],
    ['stt without an STT', { turnDetection: 'stt' } as const, /"stt", but there is no STT/],
    [
      'a detector where nobody finds pauses',
      { turnDetection: createScriptedTurnDetector([], new ScriptProblems()) },
      /scripted\/scripted-turn-detector is asked in the user's pauses/,
    ],
  ])('%s', async (_name, options, message) => {
    const session = new AgentSession({ clock: new VirtualClock(), ...options });
    await expect(session.start({ agent: new Agent({ instructions: '' }) })).rejects.toThrow(message);
    await session.close();
  });
});
