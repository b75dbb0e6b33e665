import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWav } from '../audio/wav-reader.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { type CallRecorder, createCallRecorder } from './call-recorder.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-call-recorder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const sampleRate = 48_000;
const framed = (ms: number, level: number): AudioFrame => ({
  samples: new Int16Array((sampleRate * ms) / 1000).fill(level),
  sampleRate,
  channels: 1,
  atMs: 0,
});

/** Records what is done at its times, up to the end; gives both tracks. */
async function recorded(untilMs: number, at: Readonly<Record<number, (recorder: CallRecorder) => void>>) {
  const clock = new VirtualClock();
  const path = join(folder, 'call.wav');
  const recorder = await createCallRecorder({ clock, path, sampleRate });
  await clock.runUntil(recorder.openCaller(sampleRate));
  const reading = (async () => {
    for await (const _event of recorder.output.events);
  })();
  for (const [atMs, act] of Object.entries(at)) clock.after(Number(atMs), () => act(recorder));
  await clock.advanceTo(untilMs);
  await clock.runUntil(recorder.close());
  await reading;
  clock.assertIdle();
  await using reader = await openWav(path);
  const both = await reader.read(reader.length);
  return { caller: both.filter((_, index) => index % 2 === 0), agent: both.filter((_, index) => index % 2 === 1) };
}

/** Runs of sound and silence, as `sound 960` and `silence 9600`. */
function runsOf(track: Int16Array): string[] {
  const runs: { readonly kind: string; length: number }[] = [];
  for (const sample of track) {
    const kind = sample === 0 ? 'silence' : 'sound';
    const last = runs.at(-1);
    if (last?.kind === kind) last.length += 1;
    else runs.push({ kind, length: 1 });
  }
  return runs.map(({ kind, length }) => `${kind} ${length}`);
}

describe('S174 the agent’s track', () => {
  test('holds a pause after what was said: 20 ms and 200 ms are 10,560 samples', async () => {
    const { agent } = await recorded(220, { 0: ({ output }) => void output.write('s1', framed(20, 1000)) });
    expect([agent.length, runsOf(agent)]).toEqual([10_560, ['sound 960', 'silence 9600']]);
  });

  test('holds a pause in the midst of a segment at its length', async () => {
    const { agent } = await recorded(300, {
      0: ({ output }) => void output.write('s1', framed(20, 1000)),
      220: ({ output }) => {
        void output.write('s1', framed(20, 1000));
        output.end('s1');
      },
    });
    expect(runsOf(agent)).toEqual(['sound 960', 'silence 9600', 'sound 960', 'silence 2880']);
  });

  test('is silent until the first segment, for as long as it was', async () => {
    const { agent } = await recorded(120, { 100: ({ output }) => void output.write('s1', framed(20, 1000)) });
    expect(runsOf(agent)).toEqual(['silence 4800', 'sound 960']);
  });

  test('holds what was played of a segment that was cleared, and no more', async () => {
    const { agent } = await recorded(100, {
      0: ({ output }) => void output.write('s1', framed(60, 1000)),
      30: ({ output }) => output.clear(),
    });
    expect(runsOf(agent)).toEqual(['sound 1440', 'silence 3360']);
  });
});

test.each([1, 7, 20, 60])('S174 no sample of either track is lost where audio comes in pieces of %i ms', async (pieceMs) => {
  const pieces = Math.floor(600 / pieceMs);
  const acts: Record<number, (recorder: CallRecorder) => void> = {};
  for (let index = 0; index < pieces; index += 1) {
    acts[index * pieceMs] = (recorder) => {
      if (index === 0) recorder.startCaller(0);
      recorder.addCaller(framed(pieceMs, 500));
      void recorder.output.write('s1', framed(pieceMs, 1000));
    };
  }
  const { caller, agent } = await recorded(pieces * pieceMs + 10, acts);
  const length = pieces * pieceMs * 48;
  expect(runsOf(caller)).toEqual([`sound ${length}`, 'silence 480']);
  expect(runsOf(agent)).toEqual([`sound ${length}`, 'silence 480']);
});
