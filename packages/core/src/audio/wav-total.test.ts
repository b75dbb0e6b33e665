import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createResampler } from './resampler.js';
import { openWav } from './wav-reader.js';
import { createWavWriter } from './wav-writer.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-wav-total-'));
});
afterEach(() => rm(folder, { recursive: true }));

const length = 48_123;

async function saved(sampleRate: number): Promise<string> {
  const path = join(folder, 'tone.wav');
  const writer = await createWavWriter(path, { sampleRate, channels: 1 });
  await writer.write(Int16Array.from({ length }, (_entry, index) => Math.round(8000 * Math.sin(index / 10))));
  await writer.close();
  return path;
}

test.each([479, 480, 4096, 100_000])('S178 a file read in pieces of %i samples has exactly its samples', async (piece) => {
  await using reader = await openWav(await saved(48_000));
  let total = 0;
  for (let samples = await reader.read(piece); samples.length > 0; samples = await reader.read(piece)) total += samples.length;
  expect([total, reader.length]).toEqual([length, length]);
});

test.each([
  [48_000, 16_000],
  [44_100, 24_000],
  [8_000, 48_000],
])('S178 a file of %i Hz is as long at %i Hz, to half a millisecond', async (fromRate, toRate) => {
  await using reader = await openWav(await saved(fromRate));
  using resampler = await createResampler({ fromRate, toRate });
  let total = 0;
  for (let samples = await reader.read(441); samples.length > 0; samples = await reader.read(441)) total += resampler.push(samples).length;
  total += resampler.flush().length;
  expect(Math.abs(total / toRate - length / fromRate)).toBeLessThanOrEqual(0.0005);
});

test('S178 a second header in the file begins what is no part of this recording: it is not heard as noise, nor is what follows it', async () => {
  const path = await saved(48_000);
  await appendFile(path, await readFile(path));
  await using reader = await openWav(path);
  expect([(await reader.read(2 * length)).length, (await reader.read(1)).length, reader.length]).toEqual([length, 0, length]);
});
