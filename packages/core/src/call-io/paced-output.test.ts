import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toFrames } from '../audio/to-frames.js';
import type { PlayoutEvent } from '../provider/audio-output.js';
import { realClock } from '../time/real-clock.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { createPacedAudioOutput, type PacedAudioOutput, type PacedAudioOutputOptions } from './paced-output.js';
import type { PlayedAudio } from './played-audio.js';
import { tickerOf } from './ticker.js';

const rate = 16_000;

function audio(durationMs: number, value = 1) {
  return { samples: new Int16Array((durationMs * rate) / 1_000).fill(value), sampleRate: rate, channels: 1, atMs: 0 };
}

/** Events with the time at which each was read. */
function watch(clock: VirtualClock, output: PacedAudioOutput) {
  const events: (PlayoutEvent & { readonly at: number })[] = [];
  const done = (async () => {
    for await (const event of output.events) events.push({ ...event, at: clock.now() });
  })();
  return { events, done, of: (type: PlayoutEvent['type']) => events.filter((event) => event.type === type) };
}

function open(options: Partial<PacedAudioOutputOptions> = {}) {
  const clock = new VirtualClock();
  const output = createPacedAudioOutput({ clock, sampleRate: rate, ...options });
  return { clock, output, ...watch(clock, output) };
}

test('a segment started at 3,200 with 2,000 ms of audio is finished at 5,200 exactly', async () => {
  const { clock, output, events, of } = open();
  await clock.advanceTo(3_200);
  for (const frame of toFrames(new Int16Array(32_000), { sampleRate: rate })) void output.write('a', frame);
  output.end('a');
  await clock.runUntilIdle();
  expect(events[0]).toEqual({ type: 'started', segmentId: 'a', at: 3_200 });
  expect(of('finished')).toEqual([{ type: 'finished', segmentId: 'a', playedMs: 2_000, complete: true, at: 5_200 }]);
  clock.assertIdle();
});

test('cleared at 5,503, it has played 2,303 ms', async () => {
  const { clock, output, of } = open();
  await clock.advanceTo(3_200);
  void output.write('a', audio(10_000));
  output.end('a');
  await clock.advanceTo(5_503);
  output.clear();
  await clock.advance(0);
  expect(of('finished')).toEqual([{ type: 'finished', segmentId: 'a', playedMs: 2_303, complete: false, at: 5_503 }]);
  clock.assertIdle();
});

test.each([7, 1_001, 44_100, 48_000])('the end of a segment is exact at %i samples, off the grid of the ticks', async (length) => {
  const { clock, output, of } = open({ sampleRate: 44_100 });
  const other = createPacedAudioOutput({ clock, sampleRate: rate });
  void other.write('other', audio(60));
  await clock.advanceTo(13.7);
  void output.write('a', { samples: new Int16Array(length), sampleRate: 44_100, channels: 1, atMs: 0 });
  output.end('a');
  await clock.runUntilIdle();
  expect(of('finished')[0]?.at).toBeCloseTo(13.7 + length / 44.1, 6);
  expect(of('finished')[0]).toMatchObject({ playedMs: (length * 1_000) / 44_100 });
});

test('progress comes at least every 100 ms while playing, and is exact', async () => {
  const { clock, output, events, of } = open();
  const other = createPacedAudioOutput({ clock, sampleRate: rate });
  void other.write('other', audio(5_000));
  await clock.advanceTo(7);
  void output.write('a', audio(3_000));
  output.end('a');
  await clock.runUntilIdle();
  events.slice(1).forEach((event, index) => expect(event.at - (events[index]?.at ?? 0)).toBeLessThanOrEqual(100));
  expect(of('progress').map((event) => (event.type === 'progress' ? event.playedMs - (event.at - 7) : 1))).toSatisfy((errors: number[]) =>
    errors.every((error) => Math.abs(error) < 0.1),
  );
});

test('segments play one after another without a break, however they are written', async () => {
  const { clock, output, events } = open();
  void output.write('a', audio(100));
  void output.write('b', audio(50));
  output.end('b');
  void output.write('c', audio(30));
  await clock.advanceTo(60);
  output.end('a');
  output.end('c');
  output.end('d');
  await clock.runUntilIdle();
  expect(events.filter((event) => event.type !== 'progress').map((event) => [event.type, event.segmentId, event.at])).toEqual([
    ['started', 'a', 0],
    ['finished', 'a', 100],
    ['started', 'b', 100],
    ['finished', 'b', 150],
    ['started', 'c', 150],
    ['finished', 'c', 180],
    ['finished', 'd', 180],
  ]);
});

test('a segment ended without audio is finished at once, and never started', async () => {
  const { clock, output, events } = open();
  output.end('empty');
  void output.write('frame of nothing', audio(0));
  output.end('frame of nothing');
  output.end('frame of nothing');
  await clock.advance(0);
  expect(events).toEqual([
    { type: 'finished', segmentId: 'empty', playedMs: 0, complete: true, at: 0 },
    { type: 'finished', segmentId: 'frame of nothing', playedMs: 0, complete: true, at: 0 },
  ]);
  clock.assertIdle();
});

test('when audio runs out, the position stands still, and goes on with the next write at once', async () => {
  const { clock, output, of } = open();
  void output.write('a', audio(50));
  await clock.advanceTo(55);
  void output.write('a', audio(30));
  await clock.advanceTo(500);
  expect(clock.pendingTimers).toBe(0);
  void output.write('a', audio(70));
  output.end('a');
  await clock.runUntilIdle();
  expect(of('started')).toHaveLength(1);
  expect(of('progress').map((event) => event.type === 'progress' && event.playedMs)).toEqual([50, 80]);
  expect(of('finished')).toEqual([{ type: 'finished', segmentId: 'a', playedMs: 150, complete: true, at: 570 }]);
});

test('an end that comes after the audio ran out finishes at once', async () => {
  const { clock, output, of } = open();
  void output.write('a', audio(50));
  await clock.advanceTo(55);
  output.end('a');
  void output.write('b', audio(50));
  await clock.advanceTo(400);
  output.end('b');
  await clock.advance(0);
  expect(of('finished').map((event) => event.at)).toEqual([55, 400]);
});

test('what is written to a segment that is over is ignored, also by a writer that waited', async () => {
  const { clock, output, events, of } = open();
  const wait = output.write('a', audio(1_000));
  void output.write('b', audio(10));
  output.clear();
  await wait;
  expect(output.write('a', audio(10))).toBeUndefined();
  output.end('a');
  output.end('b');
  output.clear();
  void output.write('c', audio(10));
  output.end('c');
  expect(output.write('c', audio(10))).toBeUndefined();
  await clock.runUntilIdle();
  expect(events.map((event) => `${event.type} ${event.segmentId}`)).toEqual([
    'started a',
    'finished a',
    'finished b',
    'started c',
    'finished c',
  ]);
  expect(of('finished').map((event) => event.type === 'finished' && event.complete)).toEqual([false, false, true]);
});

test('a writer waits while more than the buffer is queued', async () => {
  const { clock, output } = open({ bufferMs: 200 });
  expect(output.write('a', audio(200))).toBeUndefined();
  const times: number[] = [];
  for (let count = 0; count < 3; count++) void output.write('a', audio(60))?.then(() => times.push(clock.now()));
  await clock.advanceTo(1_000);
  expect(times).toEqual([180, 180, 180]);
});

test('what was played is given away as it is played, timed to the sample', async () => {
  const played: PlayedAudio[] = [];
  const clock = new VirtualClock();
  await clock.advanceTo(1_000);
  const output = createPacedAudioOutput({ clock, sampleRate: rate, onAudio: (stretch) => played.push(stretch) });
  await clock.advanceTo(1_100);
  void output.write('a', audio(50, 1));
  void output.write('a', audio(50, 2));
  await clock.advanceTo(1_183);
  expect(output.reportedMs).toBe(180);
  output.clear();
  expect(output.reportedMs).toBe(183);
  expect(played.every((stretch) => stretch.sampleRate === rate && stretch.channels === 1)).toBe(true);
  expect(played.flatMap((stretch) => [...stretch.samples])).toEqual([...audio(50, 1).samples, ...audio(33, 2).samples]);
  let at = 100;
  for (const stretch of played) {
    expect(stretch.atMs).toBeCloseTo(at, 9);
    at += stretch.samples.length / 16;
  }
});

test('stereo is played at its own speed', async () => {
  const { clock, output, of } = open({ channels: 2 });
  void output.write('a', { samples: new Int16Array(3_200), sampleRate: rate, channels: 2, atMs: 0 });
  output.end('a');
  await clock.runUntilIdle();
  expect(of('finished')[0]).toMatchObject({ at: 100, playedMs: 100 });
});

test('a late tick catches up on all that is due', async () => {
  const clock = new VirtualClock();
  let nowMs = 0;
  const late = {
    now: () => nowMs,
    date: () => clock.date(),
    after: (delayMs: number, callback: () => void) => clock.after(delayMs, callback),
  };
  const played: number[] = [];
  const output = createPacedAudioOutput({ clock: late, sampleRate: rate, onAudio: (stretch) => played.push(stretch.samples.length / 16) });
  void output.write('a', audio(5_000));
  nowMs = 730;
  await clock.advanceTo(20);
  expect(played).toEqual([730]);
  nowMs = 740;
  await clock.advanceTo(30);
  expect(played).toEqual([730, 10]);
});

test('on the real clock, audio takes its time', async () => {
  const output = createPacedAudioOutput({ clock: realClock, sampleRate: rate });
  const startMs = realClock.now();
  void output.write('a', audio(45.5));
  output.end('a');
  for await (const event of output.events) if (event.type === 'finished') break;
  expect(realClock.now() - startMs).toBeGreaterThanOrEqual(45.5);
  expect(tickerOf(realClock).size).toBe(0);
});

test('two outputs on one clock share one timer', async () => {
  const { clock, output } = open();
  const other = createPacedAudioOutput({ clock, sampleRate: rate });
  void output.write('a', audio(500));
  await clock.advanceTo(7);
  void other.write('b', audio(500));
  expect(clock.pendingTimers).toBe(1);
  expect(tickerOf(clock).size).toBe(2);
  output.clear();
  expect(clock.pendingTimers).toBe(1);
  other.clear();
  expect(clock.pendingTimers).toBe(0);
});

test('10,000 outputs opened and closed leave no timer and no listener', async () => {
  const clock = new VirtualClock();
  for (let count = 0; count < 10_000; count++) {
    await using output = createPacedAudioOutput({ clock, sampleRate: rate });
    void output.write('a', audio(60));
    if (count % 2 === 0) output.end('a');
  }
  expect(clock.pendingTimers).toBe(0);
  expect(tickerOf(clock).size).toBe(0);
});

test('closing finishes what is open, ends the events, and is harmless twice', async () => {
  const { clock, output, done, of } = open();
  const wait = output.write('a', audio(500));
  await clock.advanceTo(130);
  await output[Symbol.asyncDispose]();
  await output[Symbol.asyncDispose]();
  await Promise.all([wait, done]);
  expect(of('finished')).toMatchObject([{ playedMs: 130, complete: false }]);
  expect(output.write('b', audio(500))).toBeUndefined();
  output.end('b');
  output.clear();
  clock.assertIdle();
});

test('a receiver of audio that throws closes the output, and the reader of events hears of it', async () => {
  const { clock, output, done } = open({
    onAudio: () => {
      throw new Error('no room on the tape');
    },
  });
  const failure = done.catch((error: unknown) => error);
  void output.write('a', audio(500));
  await clock.runUntilIdle();
  expect(await failure).toMatchObject({ message: 'no room on the tape' });
  expect(output.write('a', audio(500))).toBeUndefined();
  clock.assertIdle();
});

test('a receiver of audio may clear the output from within', async () => {
  const { clock, output, of } = open({ onAudio: () => output.clear() });
  void output.write('a', audio(500));
  void output.write('b', audio(500));
  await clock.runUntilIdle();
  expect(of('finished')).toMatchObject([
    { segmentId: 'a', playedMs: 20, complete: false },
    { segmentId: 'b', playedMs: 0, complete: false },
  ]);
});

test('a reader that sleeps misses progress, but no start and no end, and the writer waits for it', async () => {
  const clock = new VirtualClock();
  const output = createPacedAudioOutput({ clock, sampleRate: rate });
  let wait: Promise<void> | undefined;
  let count = 0;
  for (; wait === undefined && count < 1_000; count++) {
    wait = output.write(`s${count}`, audio(20));
    output.end(`s${count}`);
    await clock.advance(20);
  }
  expect(count).toBeLessThan(200);
  const { of } = watch(clock, output);
  await wait;
  await clock.advance(0);
  expect(of('started')).toHaveLength(count);
  expect(of('finished')).toHaveLength(count);
});

test.each([
  [{ sampleRate: 0 }, 'sample rate is a whole number from 1000 on, not 0'],
  [{ channels: 0 }, 'not 0'],
  [{ latencyMs: -1 }, 'not -1'],
  [{ bufferMs: Number.NaN }, 'not NaN'],
])('options out of range are refused: %o', (options, message) => {
  expect(() => open(options)).toThrow(message);
});

test('a frame of another format is refused with both formats', () => {
  const { output } = open();
  expect(() => output.write('a', { samples: new Int16Array(480), sampleRate: 24_000, channels: 1, atMs: 0 })).toThrow(
    'a frame of 24000 Hz and 1 channel(s) was written to an output of 16000 Hz and 1 channel(s): convert it first',
  );
});

const endOf = (stretch: PlayedAudio | undefined): number => (stretch === undefined ? 0 : stretch.atMs + stretch.samples.length / 16);

test('whatever happens, each segment finishes once, and what was reported is what was played', async () => {
  const step = fc.oneof(
    fc.record({
      type: fc.constant('write' as const),
      segment: fc.integer({ min: 0, max: 3 }),
      samples: fc.integer({ min: 0, max: 2_000 }),
    }),
    fc.record({ type: fc.constant('end' as const), segment: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ type: fc.constant('advance' as const), ms: fc.double({ min: 0, max: 150, noNaN: true }) }),
    fc.record({ type: fc.constant('clear' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new VirtualClock();
      const played: PlayedAudio[] = [];
      const output = createPacedAudioOutput({ clock, sampleRate: rate, onAudio: (stretch) => played.push(stretch) });
      const { events, of } = watch(clock, output);
      const touched = new Set<string>();
      let round = 0;
      for (const move of steps) {
        const name = 'segment' in move ? `${round}-${move.segment}` : '';
        if (name !== '') touched.add(name);
        if (move.type === 'write')
          void output.write(name, { samples: new Int16Array(move.samples), sampleRate: rate, channels: 1, atMs: 0 });
        else if (move.type === 'end') output.end(name);
        else if (move.type === 'advance') await clock.advance(move.ms);
        else {
          output.clear();
          round += 1;
        }
      }
      await clock.advance(1);
      await output[Symbol.asyncDispose]();
      await clock.runUntilIdle();
      const finished = of('finished').map((event) => event.segmentId);
      expect(finished.toSorted()).toEqual([...touched].toSorted());
      const reportedMs = events.reduce((sum, event) => sum + (event.type === 'finished' ? event.playedMs : 0), 0);
      expect(reportedMs).toBeCloseTo(
        played.reduce((sum, stretch) => sum + stretch.samples.length / 16, 0),
        6,
      );
      const overlaps = played.filter((stretch, index) => endOf(played[index - 1]) > stretch.atMs + 1e-6);
      expect(overlaps).toEqual([]);
      for (const { segmentId } of of('started')) {
        const own = events.filter((event) => event.segmentId === segmentId).map((event) => event.type);
        expect(own.filter((type) => type === 'started')).toHaveLength(1);
        expect([own[0], own.at(-1)]).toEqual(['started', 'finished']);
      }
      expect(clock.pendingTimers).toBe(0);
    }),
    { numRuns: 150 },
  );
});
