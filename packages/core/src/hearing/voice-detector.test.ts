import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import { APIConnectionError } from '../provider/api-error.js';
import type { VAD, VADEvent, VADRequest } from '../provider/vad.js';
import { AbortError } from '../stream/abort-error.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { StreamLine } from './stream-line.js';
import { VoiceDetector } from './voice-detector.js';

const frameMs = 100;
const lost = new APIConnectionError('lost', { provider: 'fake' });

/** What a call of the fake VAD says when it has heard the audio up to a time. */
type Call = Readonly<Record<number, readonly (VADEvent | Error)[] | 'end'>>;

const start = (atMs: number): VADEvent => ({ type: 'speech-start', atMs });
const end = (atMs: number): VADEvent => ({ type: 'speech-end', atMs });
const window = (speechMs: number, silenceMs = 0): VADEvent => ({ type: 'window', atMs: 0, probability: 1, speechMs, silenceMs });

function setUp({
  calls = [],
  detect,
}: { readonly calls?: readonly Call[]; readonly detect?: (request: VADRequest) => AsyncIterable<VADEvent> } = {}) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const account: string[] = [];
  const voices: string[] = [];
  const heard: number[][] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  const vad: VAD = {
    specificationVersion: 1,
    kind: 'vad',
    provider: 'fake',
    model: 'fake-vad',
    capabilities: { sampleRates: [16_000], windowMs: 100 },
    detect:
      detect ??
      ((request) =>
        callStream(request, async function* () {
          const mine: number[] = [];
          const script = calls[heard.push(mine) - 1] ?? {};
          for await (const input of request.audio) {
            if (input.type !== 'audio') continue;
            mine.push(input.frame.atMs);
            const steps = script[input.frame.atMs + frameMs] ?? [];
            if (steps === 'end') return;
            for (const step of steps) {
              if (step instanceof Error) throw step;
              yield step;
            }
          }
        })),
  };
  const line = new StreamLine(clock);
  const detector = new VoiceDetector({
    vad,
    call: () => ({ clock, logger: { log: () => {} }, sessionId: 'session-1', callId: 'call-1' }),
    signal: controller.signal,
    sampleRate: 16_000,
    line,
    onVoice: ({ type, atMs }) => voices.push(`${type} ${atMs}`),
    onEvent: (event) => {
      if (event.type === 'voice-start' || event.type === 'voice-end') note(`${event.type} ${event.atMs}`);
      else if (event.type === 'voice-progress') note(`${event.type} ${event.speechMs}`);
      else if (event.type === 'error')
        note(`${event.recoverable ? '' : 'un'}recoverable ${event.error instanceof Error ? event.error.message : ''}`);
      else note(event.type);
    },
  });
  let atMs = 5000;
  /** The call goes on for so long, a frame every 100 ms; its first frame begins at 5,000, and has arrived at 100 on the clock. */
  const listen = async (ms: number) => {
    for (const endMs = atMs + ms; atMs < endMs; atMs += frameMs) {
      await clock.advance(frameMs);
      detector.push(line.place({ samples: new Int16Array(1600), sampleRate: 16_000, channels: 1, atMs }));
      await clock.advance(0);
    }
  };
  const close = async () => {
    await clock.runUntil(detector.end());
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    return account;
  };
  return { clock, controller, detector, account, voices, heard, listen, close };
}

test('voices are told of on the clock, and on the frames’ own line to who cuts the audio', async () => {
  const { voices, listen, close } = setUp({ calls: [{ 5300: [window(300), start(5050)], 5500: [window(500)], 6000: [end(5600)] }] });
  await listen(1500);
  expect(await close()).toEqual(['300 voice-start 50', '500 voice-progress 500', '1000 voice-end 600']);
  expect(voices).toEqual(['start 5050', 'end 5600']);
});

test('progress is told while the voice goes on, not in a pause, nor in silence', async () => {
  const { listen, close } = setUp({
    calls: [
      {
        5100: [window(0, 100)],
        5200: [window(100)],
        5300: [start(5100), window(200)],
        5400: [window(200, 100)],
        5500: [end(5300)],
        5600: [window(10)],
      },
    ],
  });
  await listen(1000);
  expect(await close()).toEqual(['300 voice-start 100', '300 voice-progress 200', '500 voice-end 300']);
});

describe('a VAD that fails', () => {
  test('is opened again, and hears on', async () => {
    const { heard, listen, close } = setUp({ calls: [{ 5200: [lost] }, { 5500: [start(5400)], 5700: [end(5600)] }] });
    await listen(1000);
    expect(await close()).toEqual(['200 recoverable fake: lost', '500 recovered', '500 voice-start 400', '700 voice-end 600']);
    expect(heard[1]?.[0]).toBe(5200);
  });

  test('in the middle of a voice ends it: nobody waits for its end', async () => {
    const { voices, listen, close } = setUp({ calls: [{ 5200: [start(5100)], 5400: [lost] }] });
    await listen(1000);
    expect(await close()).toEqual(['200 voice-start 100', '400 voice-end 400', '400 recoverable fake: lost']);
    expect(voices).toEqual(['start 5100', 'end 5400']);
  });

  test('by ending before its input has failed', async () => {
    const { listen, close } = setUp({ calls: [{ 5200: 'end' }] });
    await listen(1000);
    expect(await close()).toEqual(['200 recoverable fake: the stream ended before its input did']);
  });

  test('four times in a row is not recoverable; each window it gives makes the next failure the first', async () => {
    const times = [5200, 5300, 7300, 9300, 11_300];
    const failing = (events: readonly VADEvent[]) => times.map(() => Object.fromEntries(times.map((atMs) => [atMs, [...events, lost]])));
    const dead = setUp({ calls: failing([]) });
    await dead.listen(6500);
    expect((await dead.close()).filter((entry) => entry.includes('unrecoverable'))).toEqual(['4300 unrecoverable fake: lost']);
    const alive = setUp({ calls: failing([window(0)]) });
    await alive.listen(6500);
    expect((await alive.close()).filter((entry) => entry.includes('unrecoverable'))).toEqual([]);
  });
});

test('a VAD that does not keep up loses the oldest audio', async () => {
  const heard: number[] = [];
  const { listen, close, clock } = setUp({
    detect: (request) =>
      callStream(request, async function* () {
        await new Promise<void>((resolve) => void request.clock.after(20_000, resolve));
        for await (const input of request.audio) if (input.type === 'audio') heard.push(input.frame.atMs);
        yield window(0);
      }),
  });
  await listen(19_900);
  await clock.advance(200);
  expect([heard.length, heard[0]]).toEqual([50, 19_900]);
  await close();
});

describe('the end', () => {
  test('of the audio is the end of a voice', async () => {
    const { voices, listen, close } = setUp({ calls: [{ 5200: [start(5100)] }] });
    await listen(500);
    expect(await close()).toEqual(['200 voice-start 100', '500 voice-end 500']);
    expect(voices).toEqual(['start 5100', 'end 5500']);
  });

  test('while it is closed for the moment opens it no more', async () => {
    const { heard, listen, close } = setUp({ calls: [{ 5200: [lost] }] });
    await listen(200);
    await close();
    expect(heard).toHaveLength(1);
  });

  test('by an abort is at once and quiet, whatever the VAD does', async () => {
    const { clock, controller, detector, account, listen } = setUp({
      async *detect() {
        yield start(5000);
        await new Promise(() => {});
      },
    });
    await listen(500);
    controller.abort(new AbortError());
    await clock.runUntil(detector.end());
    expect([clock.now(), account]).toEqual([600, ['0 voice-start 5000']]);
    clock.assertIdle();
  });
});

/** A window that ends at a time; the account of a stretch is the VAD's own. */
const windowAt = (endMs: number, speechMs: number, silenceMs: number): VADEvent => ({
  type: 'window',
  atMs: endMs - 100,
  probability: 1,
  speechMs,
  silenceMs,
});

describe('a pause', () => {
  const pauses = async (call: Call, ms: number): Promise<readonly string[]> => {
    const { detector, listen, close } = setUp({ calls: [call] });
    detector.setPause(200);
    await listen(ms);
    return (await close()).filter((entry) => !entry.includes('progress'));
  };

  test('is told of once, as soon as it is long enough, also within a voice', async () => {
    const call = {
      5200: [start(5100)],
      5300: [windowAt(5300, 200, 0)],
      5400: [windowAt(5400, 200, 100)],
      5500: [windowAt(5500, 200, 200)],
      5600: [windowAt(5600, 200, 300)],
      5700: [windowAt(5700, 600, 0)],
      5800: [windowAt(5800, 600, 100)],
      5900: [windowAt(5900, 600, 200)],
    };
    expect(await pauses(call, 900)).toEqual(['200 voice-start 100', '500 voice-pause', '900 voice-pause', '900 voice-end 900']);
  });

  test('that the VAD takes for the end is told of once it is long enough', async () => {
    const call = { 5200: [start(5100)], 5300: [windowAt(5300, 200, 100), end(5200)], 5400: [windowAt(5400, 0, 0)] };
    expect(await pauses(call, 600)).toEqual(['200 voice-start 100', '300 voice-end 200', '400 voice-pause']);
  });

  test('is told of before the end where the VAD fails: nobody waits for it', async () => {
    expect(await pauses({ 5200: [start(5100)], 5400: [lost] }, 400)).toEqual([
      '200 voice-start 100',
      '400 voice-pause',
      '400 voice-end 400',
      '400 recoverable fake: lost',
    ]);
  });
});

describe('S061 a reset', () => {
  test('forgets the voice under way: what the VAD still says of it counts for nothing, what is new does', async () => {
    const inputs: string[] = [];
    const detect = (request: VADRequest) =>
      callStream(request, async function* (): AsyncGenerator<VADEvent, void, void> {
        for await (const input of request.audio) {
          inputs.push(input.type);
          if (input.type === 'reset') continue;
          const atMs = input.frame.atMs + frameMs;
          yield windowAt(atMs, 100, 0);
          if (atMs === 5200) yield start(5100);
          if (atMs === 5600) yield start(5500);
          if (atMs !== 5400) continue;
          // Said of audio from before the reset, but after it on the clock.
          await sleep(150, request);
          yield end(5350);
        }
      });
    const { detector, voices, listen, close } = setUp({ detect });
    await listen(350);
    detector.reset();
    await listen(350);
    const account = await close();
    expect(inputs).toContain('reset');
    expect(account.filter((entry) => !entry.includes('progress'))).toEqual([
      '200 voice-start 100',
      '600 voice-start 500',
      '800 voice-end 800',
    ]);
    expect(voices).toEqual(['start 5100', 'end 5400', 'start 5500', 'end 5800']);
  });
});
