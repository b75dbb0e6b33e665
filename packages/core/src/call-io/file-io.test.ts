import { mkdir, mkdtemp, open, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AudioChunk } from '../provider/audio-input.js';
import { openWav } from '../audio/wav-reader.js';
import { createWavWriter } from '../audio/wav-writer.js';
import { toFrames } from '../audio/to-frames.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { type FileIO, fileIO } from './file-io.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-file-io-'));
});
afterEach(() => rm(folder, { recursive: true }));

const pathOf = (name: string): string => join(folder, name);

async function save(samples: Int16Array, shape: { readonly sampleRate?: number; readonly channels?: number } = {}): Promise<string> {
  const path = pathOf('caller.wav');
  const writer = await createWavWriter(path, { sampleRate: shape.sampleRate ?? 16_000, channels: shape.channels ?? 1 });
  await writer.write(samples);
  await writer.close();
  return path;
}

/** Silence with one click. */
function click(length: number, position: number): Int16Array {
  const samples = new Int16Array(length);
  samples[position] = 20_000;
  return samples;
}

/** Reads the caller's audio as a session would, noting when each chunk came. */
function listen(io: FileIO, clock: VirtualClock, sampleRates: readonly number[] = [16_000]) {
  const chunks: { readonly at: number; readonly chunk: AudioChunk }[] = [];
  const done = (async () => {
    for await (const chunk of io.audioInput.read({ sampleRates, clock })) chunks.push({ at: clock.now(), chunk });
  })();
  return { chunks, done };
}

async function tracksOf(path: string): Promise<{ readonly caller: Int16Array; readonly agent: Int16Array }> {
  await using reader = await openWav(path);
  const both = await reader.read(reader.length);
  return { caller: both.filter((_, index) => index % 2 === 0), agent: both.filter((_, index) => index % 2 === 1) };
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Memory in use, without what waits to be collected. */
function usedBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const loudest = (samples: Int16Array): number =>
  samples.reduce((best, sample, index) => (Math.abs(sample) > Math.abs(samples[best] ?? 0) ? index : best), 0);

test('frames of 20 ms come when they have sounded, and the input ends with the file', async () => {
  const clock = new VirtualClock();
  await clock.advanceTo(1_000);
  await using io = await fileIO({ input: await save(Int16Array.from({ length: 24_000 + 80 }, (_, index) => index % 9_999)), clock });
  expect(io.inputDurationMs).toBe(1_505);
  const { chunks, done } = listen(io, clock);
  await clock.runUntil(done);
  expect(chunks.map(({ at }) => at)).toEqual([...Array.from({ length: 75 }, (_, index) => 1_020 + index * 20), 2_520]);
  const frames = chunks.flatMap(({ chunk }) => (chunk.type === 'audio' ? [chunk.frame] : []));
  expect(frames.map((frame) => frame.atMs)).toEqual(Array.from({ length: 76 }, (_, index) => index * 20));
  expect(frames.flatMap((frame) => [...frame.samples])).toEqual(Array.from({ length: 24_080 }, (_, index) => index % 9_999));
  clock.assertIdle();
});

test('silence may follow the file, in which the caller still listens', async () => {
  const clock = new VirtualClock();
  await using io = await fileIO({ input: await save(new Int16Array(1_680).fill(9)), clock, trailingSilenceMs: 1_000 });
  const { chunks, done } = listen(io, clock);
  await clock.runUntil(done);
  const samples = chunks.flatMap(({ chunk }) => (chunk.type === 'audio' ? [...chunk.frame.samples] : []));
  expect(samples).toEqual([...new Int16Array(1_680).fill(9), ...new Int16Array(16_000)]);
});

test.each([
  ['its own, if that is asked for', [16_000, 44_100], 44_100],
  ['the first asked for, if it is not', [16_000, 24_000], 16_000],
  ['its own, if none is asked for', [], 44_100],
])('the rate is %s', async (_, sampleRates, expected) => {
  const clock = new VirtualClock();
  await using io = await fileIO({ input: await save(new Int16Array(88_200), { sampleRate: 44_100, channels: 2 }), clock });
  const { chunks, done } = listen(io, clock, sampleRates);
  await clock.runUntil(done);
  const frames = chunks.flatMap(({ chunk }) => (chunk.type === 'audio' ? [chunk.frame] : []));
  expect(new Set(frames.map((frame) => `${frame.sampleRate}/${frame.channels}`))).toEqual(new Set([`${expected}/1`]));
  expect(frames.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(expected);
});

test.each([
  [16_000, 16_000],
  [44_100, 16_000],
  [48_000, 24_000],
  [8_000, 48_000],
])('a file at %i Hz is recorded at %i Hz true to time, as is the agent', async (sampleRate, recordRate) => {
  const clock = new VirtualClock();
  const input = await save(click(sampleRate, Math.round(sampleRate * 0.4)), { sampleRate });
  const io = await fileIO({ input, output: pathOf('call.wav'), clock, recordRate });
  await clock.advanceTo(150);
  const { done } = listen(io, clock);
  await clock.advanceTo(437);
  const agent = click(recordRate, 0).fill(30, 1);
  for (const frame of toFrames(agent, { sampleRate: recordRate })) void io.audioOutput.write('a', frame);
  await clock.advanceTo(937);
  io.audioOutput.clear();
  await clock.runUntil(done);
  await clock.advanceTo(1_333);
  await clock.runUntil(io[Symbol.asyncDispose]());
  const tracks = await tracksOf(pathOf('call.wav'));
  const toMs = (sample: number) => (sample * 1_000) / recordRate;
  expect(toMs(loudest(tracks.caller))).toBeCloseTo(550, 0);
  expect(toMs(loudest(tracks.agent))).toBeCloseTo(437, 1);
  expect(toMs(tracks.agent.findLastIndex((sample) => sample !== 0))).toBeCloseTo(937, 0);
  expect(tracks.agent.filter((sample) => sample !== 0)).toHaveLength(recordRate / 2);
  expect(toMs(tracks.caller.length)).toBeCloseTo(1_333, 1);
  clock.assertIdle();
});

test('a stretch of the agent that begins between two samples is recorded without a break', async () => {
  const clock = new VirtualClock();
  const io = await fileIO({ input: await save(new Int16Array(16_000)), output: pathOf('call.wav'), clock, recordRate: 22_050 });
  const { done } = listen(io, clock);
  // Half a sample, where rounding goes now up, now down.
  await clock.advanceTo((9_175.5 * 1_000) / 22_050);
  void io.audioOutput.write('a', { samples: new Int16Array(11_025).fill(7), sampleRate: 22_050, channels: 1, atMs: 0 });
  io.audioOutput.end('a');
  await clock.runUntil(done);
  await io[Symbol.asyncDispose]();
  const { agent } = await tracksOf(pathOf('call.wav'));
  expect(agent.filter((sample) => sample === 7)).toHaveLength(11_025);
  expect(agent.lastIndexOf(7) - agent.indexOf(7)).toBe(11_024);
});

test('ten minutes of silence are recorded, and cost no memory', async () => {
  const clock = new VirtualClock();
  const io = await fileIO({ input: await save(new Int16Array(3_200)), output: pathOf('call.wav'), clock, recordRate: 8_000 });
  const { done } = listen(io, clock);
  await clock.runUntil(done);
  const before = process.memoryUsage().arrayBuffers;
  await clock.advanceTo(600_000);
  void io.audioOutput.write('a', { samples: new Int16Array(160).fill(7), sampleRate: 8_000, channels: 1, atMs: 0 });
  await clock.advanceTo(610_000);
  // They are 19 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  await io[Symbol.asyncDispose]();
  await using reader = await openWav(pathOf('call.wav'));
  expect(reader.durationMs).toBe(610_000);
  const sounding: number[] = [];
  for (let second = 0; second < 610; second++) {
    const both = await reader.read(8_000);
    if (both.some((sample) => sample !== 0)) sounding.push(second, both.indexOf(7), both.lastIndexOf(7));
  }
  expect(sounding).toEqual([600, 1, 319]);
});

test('it may be disposed at any moment, twice, and writes what there is', async () => {
  const clock = new VirtualClock();
  const io = await fileIO({ input: await save(new Int16Array(160_000).fill(5)), output: pathOf('call.wav'), clock });
  const { done, chunks } = listen(io, clock);
  void io.audioOutput.write('a', { samples: new Int16Array(960).fill(7), sampleRate: 16_000, channels: 1, atMs: 0 });
  await clock.advanceTo(47);
  expect(await readdir(folder)).toEqual(['call.wav.partial', 'caller.wav']);
  await io[Symbol.asyncDispose]();
  await io[Symbol.asyncDispose]();
  await done;
  expect(chunks).toHaveLength(2);
  const { agent, caller } = await tracksOf(pathOf('call.wav'));
  expect(agent.length).toBe(47 * 16);
  expect(agent.every((sample) => sample === 7)).toBe(true);
  expect(caller.lastIndexOf(5)).toBe(639);
  expect(await readdir(folder)).toEqual(['call.wav', 'caller.wav']);
  clock.assertIdle();
});

test('disposing before a word was read closes everything, also while the input opens', async () => {
  const clock = new VirtualClock();
  const input = await save(new Int16Array(16_000), { sampleRate: 44_100 });
  await using unread = await fileIO({ input, clock });
  await unread[Symbol.asyncDispose]();
  const io = await fileIO({ input, clock });
  const { done, chunks } = listen(io, clock);
  await Promise.all([io[Symbol.asyncDispose](), done]);
  expect(chunks).toEqual([]);
  clock.assertIdle();
});

test('S178 a reader that waits for audio which has not sounded yet is let go when the input closes', async () => {
  const clock = new VirtualClock();
  const io = await fileIO({ input: await save(new Int16Array(160_000)), clock });
  const reader = io.audioInput.read({ sampleRates: [16_000], clock })[Symbol.asyncIterator]();
  const next = reader.next();
  await clock.advance(0);
  await io[Symbol.asyncDispose]();
  expect(await next).toMatchObject({ done: true });
  clock.assertIdle();
});

test('a reader that leaves ends the input', async () => {
  const clock = new VirtualClock();
  await using io = await fileIO({ input: await save(new Int16Array(160_000)), clock });
  const first = (async () => {
    for await (const chunk of io.audioInput.read({ sampleRates: [], clock })) return chunk;
    return undefined;
  })();
  expect(await clock.runUntil(first)).toMatchObject({ type: 'audio' });
  clock.assertIdle();
  expect(() => io.audioInput.read({ sampleRates: [], clock })).toThrow('its audio is read once');
});

test('a file that breaks off while it is read is an error of the input, after the audio before', async () => {
  const clock = new VirtualClock();
  const input = await save(new Int16Array(160_000));
  await using io = await fileIO({ input, clock });
  const { done, chunks } = listen(io, clock);
  const failure = done.catch((error: unknown) => error);
  await clock.advanceTo(100);
  await truncate(input, 60_000);
  await clock.runUntilIdle();
  expect(await failure).toMatchObject({ message: `${input}: truncated while it was read` });
  expect(chunks.length).toBeGreaterThan(20);
});

test('a recording that cannot be finished is told at disposal, with all else closed', async () => {
  const clock = new VirtualClock();
  const io = await fileIO({ input: await save(new Int16Array(16_000)), output: pathOf('call.wav'), clock });
  const { done } = listen(io, clock);
  await clock.advanceTo(100);
  await mkdir(join(pathOf('call.wav'), 'in the way'), { recursive: true });
  await expect(clock.runUntil(io[Symbol.asyncDispose]())).rejects.toThrow(/call\.wav: it could not be written \(E\w+\)/);
  await done;
  expect(await readdir(folder)).toEqual(['call.wav', 'caller.wav']);
  clock.assertIdle();
});

test('a wrong input leaves no half-written output, and a wrong output is told before anything is played', async () => {
  const clock = new VirtualClock();
  await expect(fileIO({ input: pathOf('none.wav'), output: pathOf('call.wav'), clock })).rejects.toThrow('there is no such file');
  const input = await save(new Int16Array(100));
  await expect(fileIO({ input, output: pathOf('no/call.wav'), clock })).rejects.toThrow('its folder does not exist');
  await expect(fileIO({ input, output: input, clock })).rejects.toThrow('input and output are the same file');
  await expect(fileIO({ input, clock, recordRate: 100 })).rejects.toThrow('recordRate is a whole number from 8000 to 192000, not 100');
  await expect(fileIO({ input, clock, trailingSilenceMs: -1 })).rejects.toThrow('not -1');
  expect(await readdir(folder)).toEqual(['caller.wav']);
});

test('an hour of audio goes through, and is recorded, in flat memory', { timeout: 60_000 }, async ({ onTestFinished }) => {
  // The virtual clock notes where each timer was set, at a cost in memory and time that is not what is measured here.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  onTestFinished(() => void (Error.stackTraceLimit = stackTraceLimit));
  const clock = new VirtualClock();
  const input = await save(new Int16Array(16));
  // Sparse: an hour of 16 kHz stereo, silent, behind a header that leaves the size open.
  const file = await open(input, 'r+');
  await file.truncate(44 + 3_600 * 16_000 * 2);
  await file.write(Buffer.from([0xff, 0xff, 0xff, 0xff]), 0, 4, 40);
  await file.close();
  const io = await fileIO({ input, output: pathOf('call.wav'), clock });
  expect(io.inputDurationMs).toBe(3_600_000);
  let frames = 0;
  const sizes: number[] = [];
  const done = (async () => {
    for await (const chunk of io.audioInput.read({ sampleRates: [16_000], clock })) {
      if (chunk.type === 'audio') frames += 1;
      if (frames % 50 === 0 && frames < 179_500)
        void io.audioOutput.write(`s${Math.floor(frames / 500)}`, {
          samples: new Int16Array(960).fill(3),
          sampleRate: 16_000,
          channels: 1,
          atMs: 0,
        });
      if (frames % 500 === 499) io.audioOutput.end(`s${Math.floor(frames / 500)}`);
      if (frames % 30_000 === 10_000) sizes.push(usedBytes());
    }
  })();
  let complete = 0;
  const events = (async () => {
    for await (const event of io.audioOutput.events) if (event.type === 'finished' && event.complete) complete += 1;
  })();
  await clock.runUntil(done, { limitMs: 3_700_000 });
  await clock.runUntil(io[Symbol.asyncDispose]());
  await events;
  expect([frames, complete]).toEqual([180_000, 360]);
  await using reader = await openWav(pathOf('call.wav'));
  expect(reader.durationMs).toBe(3_600_000);
  // The hour is 115 MB in the one file and 230 in the other.
  expect(Math.max(...sizes) - (sizes[0] ?? 0)).toBeLessThan(2_000_000);
});
