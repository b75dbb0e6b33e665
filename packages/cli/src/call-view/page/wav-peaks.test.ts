import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWavPeaks } from './wav-peaks.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'front-desk-peaks-'));
});
afterAll(() => rm(folder, { recursive: true }));

function wav(
  samples: Int16Array,
  options: { readonly channels?: number; readonly before?: Buffer; readonly announcedBytes?: number } = {},
): Buffer {
  const { channels = 2, before = Buffer.alloc(0), announcedBytes = samples.byteLength } = options;
  const format = Buffer.alloc(24);
  format.write('fmt ', 0, 'latin1');
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(1, 8);
  format.writeUInt16LE(channels, 10);
  format.writeUInt32LE(16_000, 12);
  format.writeUInt32LE(32_000 * channels, 16);
  format.writeUInt16LE(2 * channels, 20);
  format.writeUInt16LE(16, 22);
  const data = Buffer.alloc(8);
  data.write('data', 0, 'latin1');
  data.writeUInt32LE(announcedBytes, 4);
  const head = Buffer.from('RIFF\0\0\0\0WAVE', 'latin1');
  return Buffer.concat([head, before, format, data, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

async function peaksOf(name: string, content: Buffer) {
  const path = join(folder, name);
  await writeFile(path, content);
  return readWavPeaks(path);
}

test('each hundredth of a second keeps its lowest and highest sample, channel by channel', async () => {
  const samples = new Int16Array(2 * 400);
  samples[2 * 10] = 32_767;
  samples[2 * 20] = -16_384;
  samples[2 * 170 + 1] = 8192;
  const peaks = await peaksOf('short.wav', wav(samples));
  expect(peaks).toMatchObject({ durationMs: 25, peaksPerSecond: 100 });
  expect([...peaks.left]).toEqual([-63, 127, 0, 0, 0, 0]);
  expect([...peaks.right]).toEqual([0, 0, 0, 32, 0, 0]);
});

test('a recording larger than one read is covered to its last sample', async () => {
  const samples = new Int16Array(2 * 16_000 * 5);
  samples[samples.length - 1] = -32_768;
  const { left, right } = await peaksOf('long.wav', wav(samples));
  expect(right.length).toBe(1000);
  expect(right[998]).toBe(-127);
  expect(left.every((peak) => peak === 0)).toBe(true);
});

test('other chunks before the samples are passed over, and a size beyond the end of the file is not believed', async () => {
  const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
  const peaks = await peaksOf('cut.wav', wav(new Int16Array(2 * 160), { before: list, announcedBytes: 1_000_000 }));
  expect(peaks.durationMs).toBe(10);
});

test.each([
  ['empty.wav', Buffer.alloc(0), 'it is no WAV file'],
  ['text.wav', Buffer.from('this is not audio at all'), 'it is no WAV file'],
  ['mono.wav', wav(new Int16Array(8), { channels: 1 }), 'it has 1 channel(s) of 16 bits, not 2 of 16'],
  ['head.wav', Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'), 'it has no format and data chunk'],
])('%s is refused with what is wrong', async (name, content, what) => {
  await expect(peaksOf(name, content)).rejects.toThrow(`${join(folder, name)} cannot be drawn: ${what}`);
});
