import { expect, test } from 'vitest';
import type { PlayoutEvent } from '../provider/audio-output.js';
import { toFrames } from '../audio/to-frames.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { memoryIO, type TranscriptPart } from './memory-io.js';
import type { PlayedAudio } from './played-audio.js';

const rate = 16_000;
const frame = { samples: new Int16Array(320).fill(5), sampleRate: rate, channels: 1, atMs: 0 };

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

test('what is pushed is heard, until the caller hangs up', async () => {
  await using io = memoryIO({ clock: new VirtualClock() });
  const frames = toFrames(new Int16Array(960), { sampleRate: rate });
  for (const each of frames) io.push(each);
  io.end();
  io.push(frame);
  const heard = await readAll(io.audioInput.read({ sampleRates: [rate], clock: new VirtualClock() }));
  expect(heard).toEqual(frames.map((each) => ({ type: 'audio', frame: each })));
});

test('audio that nobody reads is bounded, and reported as a gap', async () => {
  await using io = memoryIO({ inputCapacity: 2 });
  for (const each of toFrames(new Int16Array(1_600), { sampleRate: rate })) io.push(each);
  io.end();
  const heard = await readAll(io.audioInput.read({ sampleRates: [rate], clock: new VirtualClock() }));
  expect(heard.map((chunk) => (chunk.type === 'gap' ? ['gap', chunk.atMs, chunk.durationMs] : ['audio', chunk.frame.atMs]))).toEqual([
    ['gap', 0, 60],
    ['audio', 60],
    ['audio', 80],
  ]);
});

test("the agent's voice takes its time, and only what was played is given", async () => {
  const clock = new VirtualClock();
  const played: PlayedAudio[] = [];
  await using io = memoryIO({ clock, onAudio: (audio) => played.push(audio) });
  for (let count = 0; count < 50; count++) void io.audioOutput.write('a', frame);
  await clock.advanceTo(333);
  io.audioOutput.clear();
  expect(played.reduce((sum, audio) => sum + audio.samples.length, 0)).toBe(333 * 16);
  clock.assertIdle();
});

test('unpaced, all is played when it is written', async () => {
  const clock = new VirtualClock();
  const played: number[] = [];
  const io = memoryIO({ clock, pace: false, sampleRate: rate, onAudio: (audio) => played.push(audio.atMs) });
  void io.audioOutput.write('a', frame);
  void io.audioOutput.write('a', frame);
  io.audioOutput.end('a');
  void io.audioOutput.write('a', frame);
  void io.audioOutput.write('b', frame);
  io.audioOutput.clear();
  io.audioOutput.end('c');
  await io[Symbol.asyncDispose]();
  await io[Symbol.asyncDispose]();
  expect(io.audioOutput.write('d', frame)).toBeUndefined();
  expect(played).toEqual([0, 20, 40]);
  const events = await readAll<PlayoutEvent>(io.audioOutput.events);
  expect(events).toEqual([
    { type: 'started', segmentId: 'a' },
    { type: 'progress', segmentId: 'a', playedMs: 20 },
    { type: 'progress', segmentId: 'a', playedMs: 40 },
    { type: 'finished', segmentId: 'a', playedMs: 40, complete: true },
    { type: 'started', segmentId: 'b' },
    { type: 'progress', segmentId: 'b', playedMs: 20 },
    { type: 'finished', segmentId: 'b', playedMs: 20, complete: false },
    { type: 'finished', segmentId: 'c', playedMs: 0, complete: true },
  ]);
  clock.assertIdle();
});

test('text and digits arrive in order; a writer that is far ahead is asked to wait', async () => {
  const io = memoryIO();
  void io.pushText('hello');
  void io.pushText('from a friend', 'Ann');
  void io.pushDigit('#');
  expect(() => io.pushDigit('12')).toThrow('a digit is one of');
  let wait: Promise<void> | undefined;
  for (let count = 3; count < 100; count++) wait = io.pushText(`${count}`);
  const reading = readAll(io.textInput.messages);
  await wait;
  await io[Symbol.asyncDispose]();
  const messages = await reading;
  expect(wait).toBeInstanceOf(Promise);
  expect(messages).toHaveLength(100);
  expect(messages.slice(0, 3)).toEqual([
    { type: 'text', text: 'hello' },
    { type: 'text', text: 'from a friend', from: 'Ann' },
    { type: 'dtmf', digit: '#' },
  ]);
});

test('the transcript is told and kept, the last 1,000 parts of it', async () => {
  const told: TranscriptPart[] = [];
  await using io = memoryIO({ onTranscript: (part) => told.push(part) });
  for (let count = 0; count < 1_002; count++)
    io.transcriptOutput.write({ speaker: 'agent', segmentId: 'a', text: `${count}`, final: false });
  expect(told).toHaveLength(1_002);
  expect(io.transcript).toHaveLength(1_000);
  expect(io.transcript[0]?.text).toBe('2');
});

test.each([
  [{ ...frame, sampleRate: 0 }, 'not 0'],
  [{ ...frame, channels: 3 }, '320 samples are no whole number of 3-channel samples'],
  [{ ...frame, samples: new Int16Array(16_000) }, 'at most 60 ms, not 1000: cut it with toFrames'],
])('a frame that is none is refused', async (wrong, message) => {
  await using io = memoryIO();
  expect(() => io.push(wrong)).toThrow(message);
});
