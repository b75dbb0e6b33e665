import type { AudioChunk } from '@parley/core/provider';
import { expect, test } from 'vitest';
import { CallerAudioQueue } from './caller-audio-queue.js';

const format = { sampleRate: 16_000, channels: 1 };
const frame = (value = 0) => new Int16Array(320).fill(value);
const readAll = async (queue: CallerAudioQueue): Promise<AudioChunk[]> => {
  queue.end();
  const chunks: AudioChunk[] = [];
  for await (const chunk of queue.chunks) chunks.push(chunk);
  return chunks;
};
const timesOf = (chunks: readonly AudioChunk[]) =>
  chunks.map((chunk) =>
    chunk.type === 'gap'
      ? { fromMs: chunk.atMs, untilMs: chunk.atMs + chunk.durationMs }
      : { fromMs: chunk.frame.atMs, untilMs: chunk.frame.atMs + 20 },
  );

test('frames and gaps lie on one time line, without holes; no gap is longer than 100 ms', async () => {
  const queue = new CallerAudioQueue(() => {});
  queue.gap(250);
  queue.audio(frame(), format);
  queue.gap(30);
  const chunks = await readAll(queue);
  expect(chunks.map(({ type }) => type)).toEqual(['gap', 'gap', 'gap', 'audio', 'gap']);
  expect(timesOf(chunks)).toEqual([
    { fromMs: 0, untilMs: 100 },
    { fromMs: 100, untilMs: 200 },
    { fromMs: 200, untilMs: 250 },
    { fromMs: 250, untilMs: 270 },
    { fromMs: 270, untilMs: 300 },
  ]);
});

test('of a reader who falls behind the oldest is told as gaps, and the time line still has no holes', async () => {
  const queue = new CallerAudioQueue(() => {});
  for (let index = 0; index < 510; index += 1) queue.audio(frame(index), format);
  const chunks = await readAll(queue);
  expect(chunks.slice(0, 2).map(({ type }) => type)).toEqual(['gap', 'gap']);
  expect(chunks).toHaveLength(502);
  const times = timesOf(chunks);
  expect(times[0]).toEqual({ fromMs: 0, untilMs: 100 });
  for (const [index, time] of times.entries()) expect(time.fromMs).toBe(times[index - 1]?.untilMs ?? 0);
  expect(times.at(-1)?.untilMs).toBe(510 * 20);
});

test('a reader who leaves is told of, and gets nothing more', async () => {
  let left = 0;
  const queue = new CallerAudioQueue(() => (left += 1));
  queue.audio(frame(), format);
  await queue.chunks.return?.();
  queue.audio(frame(), format);
  expect(left).toBe(1);
  expect(await queue.chunks.next()).toEqual({ done: true, value: undefined });
});
