import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWav } from './wav-reader.js';
import { createWavWriter } from './wav-writer.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-wav-'));
});
afterEach(() => rm(folder, { recursive: true }));

const pathOf = (name = 'call.wav'): string => join(folder, name);

test('what is written in any pieces is read back the same', async () => {
  const pieces = fc.array(fc.oneof(fc.int16Array({ maxLength: 400 }), fc.integer({ min: 1, max: 90_000 })), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      pieces,
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(8_000, 16_000, 44_100),
      async (parts, channels, sampleRate) => {
        const writer = await createWavWriter(pathOf(), { sampleRate, channels });
        const expected: Int16Array[] = [];
        for (const part of parts) {
          // A number stands for so much silence.
          const samples =
            typeof part === 'number' ? new Int16Array(part * channels) : part.subarray(0, part.length - (part.length % channels));
          expected.push(samples);
          await (typeof part === 'number' ? writer.skip(part) : writer.write(samples));
        }
        const bytes = Buffer.concat(expected.map((samples) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)));
        expect(writer.length).toBe(bytes.length / 2 / channels);
        await writer.close();
        expect((await readFile(pathOf())).subarray(44).equals(bytes)).toBe(true);
        if (bytes.length === 0) return;
        await using reader = await openWav(pathOf());
        expect(reader.format).toEqual({ encoding: 'pcm', sampleRate, channels, bytesPerSample: 2 });
        const read = await reader.read(reader.length);
        expect(Buffer.from(read.buffer, read.byteOffset, read.byteLength).equals(bytes)).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test('the file has its name only once it is whole', async () => {
  const writer = await createWavWriter(pathOf(), { sampleRate: 16_000, channels: 1 });
  await writer.write(new Int16Array(200_000));
  expect(await readdir(folder)).toEqual(['call.wav.partial']);
  await writer.close();
  await writer.close();
  expect(await readdir(folder)).toEqual(['call.wav']);
});

test('aborting, or disposing without a close, leaves nothing, and an older file as it was', async () => {
  await writeFile(pathOf(), 'older');
  const writer = await createWavWriter(pathOf(), { sampleRate: 16_000, channels: 1 });
  await writer.write(new Int16Array(100_000));
  await writer.abort();
  await writer.close();
  {
    await using other = await createWavWriter(pathOf('other.wav'), { sampleRate: 16_000, channels: 1 });
    await other.write(new Int16Array(10));
  }
  expect(await readdir(folder)).toEqual(['call.wav']);
  expect(await readFile(pathOf(), 'utf8')).toBe('older');
});

test('disposing after a close keeps the file', async () => {
  const writer = await createWavWriter(pathOf(), { sampleRate: 16_000, channels: 1 });
  await writer.close();
  await writer[Symbol.asyncDispose]();
  expect(writer.write(new Int16Array(5))).toBeUndefined();
  expect((await stat(pathOf())).size).toBe(44);
});

test('samples may be changed once they are written', async () => {
  const writer = await createWavWriter(pathOf(), { sampleRate: 16_000, channels: 1 });
  const samples = Int16Array.of(1, 2);
  await writer.write(samples);
  samples.fill(9);
  await writer.close();
  await using reader = await openWav(pathOf());
  expect([...(await reader.read(2))]).toEqual([1, 2]);
});

test('a writer ahead of the disk is asked to wait, and refused when it does not', async () => {
  await using writer = await createWavWriter(pathOf(), { sampleRate: 16_000, channels: 1 });
  const second = new Int16Array(32_768);
  expect(writer.write(second)).toBeUndefined();
  const waits = Array.from({ length: 8 }, () => writer.write(second)).filter((wait) => wait !== undefined);
  expect(waits.length).toBeGreaterThan(0);
  await Promise.all(waits);
  expect(writer.write(new Int16Array(10))).toBeUndefined();
  expect(() => {
    for (let count = 0; count < 400; count++) void writer.write(second);
  }).toThrow('the disk does not keep up: 16 MiB are waiting for it');
});

test('a file never grows beyond its limit, which is 4 GiB by the format', async () => {
  const limited = await createWavWriter(pathOf(), { sampleRate: 16_000, channels: 1, maxBytes: 64 });
  void limited.write(new Int16Array(10));
  expect(() => limited.write(new Int16Array(1))).toThrow(`${pathOf()}: no more fits: it would grow beyond 64 bytes`);
  await limited.close();
  await using reader = await openWav(pathOf());
  expect(reader.length).toBe(10);
  await using plain = await createWavWriter(pathOf('long.wav'), { sampleRate: 16_000, channels: 2 });
  void plain.skip(1_073_741_800);
  expect(() => plain.skip(100)).toThrow('beyond 4294967295 bytes');
});

test('a place that cannot be written to is told at once', async () => {
  await expect(createWavWriter(pathOf('no/folder.wav'), { sampleRate: 16_000, channels: 1 })).rejects.toThrow(
    `${pathOf('no/folder.wav')}: its folder does not exist`,
  );
  await mkdir(pathOf('folder.wav'));
  await expect(createWavWriter(pathOf('folder.wav'), { sampleRate: 16_000, channels: 1 })).rejects.toThrow(
    'a folder of that name is in the way',
  );
});

test('a file that cannot be finished leaves nothing and says so', async () => {
  const writer = await createWavWriter(pathOf(), { sampleRate: 16_000, channels: 1 });
  await writer.write(new Int16Array(10));
  await mkdir(pathOf());
  await writeFile(join(pathOf(), 'in the way'), '');
  await expect(writer.close()).rejects.toThrow(/call\.wav: it could not be written \(E\w+\)/);
  expect(await readdir(folder)).toEqual(['call.wav']);
});

test.each([
  [{ sampleRate: 0, channels: 1 }, 'not 0'],
  [{ sampleRate: 16_000, channels: 9 }, '1 to 8 channels, not 9'],
  [{ sampleRate: 16_000, channels: 1, maxBytes: 5_000_000_000 }, 'not 5000000000'],
])('options out of range are refused: %o', async (options, message) => {
  await expect(createWavWriter(pathOf(), options)).rejects.toThrow(message);
});
