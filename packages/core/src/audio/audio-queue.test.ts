import { expect, test } from 'vitest';
import type { AudioChunk } from '../provider/audio-input.js';
import { toFrames } from './to-frames.js';
import { AudioQueue } from './audio-queue.js';

const frames = toFrames(new Int16Array(16_000), { sampleRate: 16_000 });

async function readAll(queue: AudioQueue): Promise<AudioChunk[]> {
  const chunks: AudioChunk[] = [];
  for await (const chunk of queue) chunks.push(chunk);
  return chunks;
}

test('a reader that is too slow gets a gap for what was dropped, in pieces of at most 100 ms, then goes on', async () => {
  const queue = new AudioQueue({ capacity: 39 });
  for (const frame of frames) queue.push(frame);
  queue.end();
  const chunks = await readAll(queue);
  expect(chunks.slice(0, 3)).toEqual([
    { type: 'gap', atMs: 0, durationMs: 100 },
    { type: 'gap', atMs: 100, durationMs: 100 },
    { type: 'gap', atMs: 200, durationMs: 20 },
  ]);
  expect(chunks.slice(3).map((chunk) => chunk.type === 'audio' && chunk.frame)).toEqual(frames.slice(11));
});

test('every millisecond is given once, as audio or as a gap, whenever it is read', async () => {
  const queue = new AudioQueue({ capacity: 2 });
  let expectedMs = 0;
  const take = async () => {
    const { value } = await queue.next();
    if (value === undefined) throw new Error('it has not ended');
    const atMs = value.type === 'gap' ? value.atMs : value.frame.atMs;
    expect(atMs).toBe(expectedMs);
    expectedMs += value.type === 'gap' ? value.durationMs : 20;
  };
  for (const [index, frame] of frames.entries()) {
    queue.push(frame);
    if (index % 3 === 0) await take();
  }
  while (expectedMs < 1_000) await take();
});

test('a failure comes after what is there', async () => {
  const queue = new AudioQueue({ capacity: 5 });
  queue.push({ samples: new Int16Array(320), sampleRate: 16_000, channels: 1, atMs: 0 });
  queue.fail(new Error('the line broke'));
  expect((await queue.next()).value).toMatchObject({ type: 'audio' });
  await expect(queue.next()).rejects.toThrow('the line broke');
});

test('a reader that leaves is told of, and gets nothing more', async () => {
  let left = 0;
  const queue = new AudioQueue({ capacity: 5, onReturn: () => (left += 1) });
  for (const frame of frames) queue.push(frame);
  for await (const chunk of queue) {
    expect(chunk.type).toBe('gap');
    break;
  }
  expect(left).toBe(1);
  expect(await queue.next()).toEqual({ done: true, value: undefined });
});

test('a silence is told in pieces of at most 100 ms, and dropped like what is heard when the reader is too slow', async () => {
  const queue = new AudioQueue({ capacity: 2 });
  queue.gap(0, 250);
  for (const frame of toFrames(new Int16Array(320), { sampleRate: 16_000 })) queue.push({ ...frame, atMs: 250 });
  queue.end();
  expect(await readAll(queue)).toMatchObject([
    { type: 'gap', atMs: 0, durationMs: 100 },
    { type: 'gap', atMs: 100, durationMs: 100 },
    { type: 'gap', atMs: 200, durationMs: 50 },
    { type: 'audio', frame: { atMs: 250 } },
  ]);
});
