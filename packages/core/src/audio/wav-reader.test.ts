import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWavError, WavError } from './wav-error.js';
import { openWav } from './wav-reader.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-wav-'));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
async function save(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${++count}.wav`);
  await writeFile(path, bytes);
  return path;
}

interface Shape {
  readonly codec?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly bits?: number;
  readonly blockBytes?: number;
}

function chunk(id: string, body: Uint8Array, declaredBytes = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  head.writeUInt32LE(declaredBytes, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function format(shape: Shape = {}): Buffer {
  const { codec = 1, channels = 1, sampleRate = 16_000, bits = 16 } = shape;
  const body = Buffer.alloc(16);
  body.writeUInt16LE(codec, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(sampleRate, 4);
  const blockBytes = shape.blockBytes ?? channels * Math.ceil(bits / 8);
  body.writeUInt32LE((sampleRate * blockBytes) % 2 ** 32, 8);
  body.writeUInt16LE(blockBytes, 12);
  body.writeUInt16LE(bits, 14);
  return chunk('fmt ', body);
}

function riff(chunks: readonly Buffer[], options: { readonly id?: string; readonly declaredBytes?: number } = {}): Buffer {
  const body = Buffer.concat(chunks);
  const head = Buffer.alloc(12);
  head.write(options.id ?? 'RIFF', 0, 'latin1');
  head.writeUInt32LE(options.declaredBytes ?? body.length + 4, 4);
  head.write('WAVE', 8, 'latin1');
  return Buffer.concat([head, body]);
}

const bytesOf = (samples: Int16Array): Uint8Array => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

async function readAll(path: string): Promise<Int16Array> {
  await using reader = await openWav(path);
  return reader.read(reader.length);
}

const failureOf = async (path: string): Promise<WavError> => {
  const error: unknown = await openWav(path).then(
    (reader) => reader[Symbol.asyncDispose](),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WavError)) throw new Error(`opening ${path} should have failed with a WavError`, { cause: error });
  expect(isWavError(error)).toBe(true);
  expect(error.message).not.toContain('\n');
  expect(error.message.startsWith(`${path}: `)).toBe(true);
  return error;
};

function float32(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

test.each<readonly [string, Shape, Uint8Array, readonly number[]]>([
  ['8-bit, unsigned', { bits: 8 }, Uint8Array.of(0, 128, 255, 129), [-32_768, 0, 32_512, 256]],
  ['16-bit', {}, bytesOf(Int16Array.of(-32_768, -1, 0, 32_767)), [-32_768, -1, 0, 32_767]],
  ['24-bit', { bits: 24 }, Uint8Array.of(0, 0, 0x80, 0xff, 0xff, 0x7f, 0, 1, 0, 0xff, 0xff, 0xff), [-32_768, 32_767, 1, -1]],
  ['32-bit', { bits: 32 }, Uint8Array.of(0, 0, 0, 0x80, 9, 9, 0xff, 0x7f, 9, 9, 1, 0), [-32_768, 32_767, 1]],
  ['12 bits in 16', { bits: 12 }, bytesOf(Int16Array.of(-32_768, 16)), [-32_768, 16]],
  [
    'float of 32 bits, clipped, and silence for no number',
    { codec: 3, bits: 32 },
    float32(-1, 0.5, 1, 7, -7, Number.NaN),
    [-32_768, 16_384, 32_767, 32_767, -32_768, 0],
  ],
  ['float of 64 bits', { codec: 3, bits: 64 }, new Uint8Array(Float64Array.of(-1, 0.25).buffer), [-32_768, 8_192]],
  ['A-law', { codec: 6, bits: 8 }, Uint8Array.of(0x2a, 0xaa, 0x55, 0xd5, 0x80), [-32_256, 32_256, -8, 8, 5_504]],
  ['mu-law', { codec: 7, bits: 8 }, Uint8Array.of(0x00, 0x80, 0xff, 0x7f, 0xe0), [-32_124, 32_124, 0, 0, 372]],
])('reads %s', async (...[, shape, data, expected]) => {
  expect([...(await readAll(await save(riff([format(shape), chunk('data', data)]))))]).toEqual(expected);
});

test('reads WAVE_FORMAT_EXTENSIBLE by the codec in its extension', async () => {
  const plain = format({ codec: 0xfffe, bits: 32 }).subarray(8);
  const extension = Buffer.alloc(24);
  extension.writeUInt16LE(22, 0);
  extension.writeUInt16LE(32, 2);
  extension.writeUInt16LE(3, 8);
  const path = await save(riff([chunk('fmt ', Buffer.concat([plain, extension])), chunk('data', float32(0.5))]));
  expect([...(await readAll(path))]).toEqual([16_384]);
});

test('says format and length, of several channels', async () => {
  await using reader = await openWav(
    await save(riff([format({ channels: 2, sampleRate: 44_100 }), chunk('data', new Uint8Array(44_100))])),
  );
  expect(reader.format).toEqual({ encoding: 'pcm', sampleRate: 44_100, channels: 2, bytesPerSample: 2 });
  expect(reader.length).toBe(11_025);
  expect(reader.durationMs).toBe(250);
});

test('reads in pieces, from front to back, then nothing more', async () => {
  await using reader = await openWav(await save(riff([format({ channels: 2 }), chunk('data', bytesOf(Int16Array.of(1, 2, 3, 4, 5, 6)))])));
  expect([...(await reader.read(2))]).toEqual([1, 2, 3, 4]);
  expect([...(await reader.read(2))]).toEqual([5, 6]);
  expect(await reader.read(2)).toHaveLength(0);
  await expect(reader.read(0)).rejects.toThrow('not 0');
});

test('takes chunks in any order, of odd length, and ignores those it does not know', async () => {
  const data = chunk('data', bytesOf(Int16Array.of(7, 8)));
  const list = chunk('LIST', Buffer.from('INFOISFT odd'.slice(0, 11)));
  expect([...(await readAll(await save(riff([list, format(), list, data, list]))))]).toEqual([7, 8]);
  expect([...(await readAll(await save(riff([list, data, list, format()]))))]).toEqual([7, 8]);
});

test('leaves out an incomplete sample at the end', async () => {
  expect([...(await readAll(await save(riff([format(), chunk('data', Uint8Array.of(1, 0, 2, 0, 3))]))))]).toEqual([1, 2]);
});

test.each([
  ['0, with a size of 0 for the whole', 0, 0],
  ['0, with the size of a header for the whole', 0, 36],
  ['0xFFFFFFFF', 0xffff_ffff, 0xffff_ffff],
  ['0x7FFFF000', 0x7fff_f000, 0x7fff_f024],
  ['0x80000000', 0x8000_0000, 0x8000_0024],
])('reads a streamed file to its end: a size of audio of %s', async (_, dataBytes, declaredBytes) => {
  const path = await save(riff([format(), chunk('data', bytesOf(Int16Array.of(1, 2, 3)), dataBytes)], { declaredBytes }));
  expect([...(await readAll(path))]).toEqual([1, 2, 3]);
});

test('reads RF64, whose sizes lie in a chunk of their own', async () => {
  const sizes = Buffer.alloc(28);
  sizes.writeBigUInt64LE(4n, 8);
  const data = chunk('data', bytesOf(Int16Array.of(5, 6)), 0xffff_ffff);
  const chunks = [chunk('ds64', sizes), format(), data, chunk('LIST', Buffer.from('INFO'))];
  expect([...(await readAll(await save(riff(chunks, { id: 'RF64', declaredBytes: 0xffff_ffff }))))]).toEqual([5, 6]);
});

test('a missing file', async () => {
  const error = await failureOf(join(folder, 'nowhere.wav'));
  expect([error.code, error.message]).toEqual(['not-found', `${join(folder, 'nowhere.wav')}: there is no such file`]);
  expect((await failureOf(join(await save(Buffer.from('x')), 'below.wav'))).code).toBe('not-found');
});

test('a folder, and a device', async () => {
  expect((await failureOf(folder)).message).toBe(`${folder}: a folder, not a WAV file`);
  expect((await failureOf('/dev/null')).code).toBe('not-a-file');
});

const sound = chunk('data', new Uint8Array(32));

test.each<readonly [string, Uint8Array, string, string]>([
  ['an empty file', new Uint8Array(0), 'empty', 'empty: not one byte'],
  ['an MP3 with tags', Buffer.from('ID3\x04 and more'), 'not-wav', 'not a WAV file, but by its first bytes an MP3'],
  ['an MP3 without', Uint8Array.of(0xff, 0xfb, 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0), 'not-wav', 'by its first bytes an MP3'],
  ['an M4A', Buffer.from('\0\0\0\x20ftypM4A '), 'not-wav', 'an MP4 or M4A'],
  ['a text', Buffer.from('hello'), 'not-wav', ': not a WAV file'],
  ['an AVI', Buffer.from('RIFF\0\0\0\0AVI LIST'), 'not-wav', 'not a WAV file, but an AVI'],
  ['six bytes of a header', Buffer.from('RIFF\0\0'), 'truncated', 'truncated: 6 bytes, less than a header'],
  ['a header cut off', riff([format()]).subarray(0, 30), 'truncated', 'truncated: it ends within its header'],
  ['a header and no chunk', riff([]), 'truncated', 'truncated: it ends within its header'],
  ['no fmt chunk', riff([sound]), 'malformed', 'no "fmt " chunk'],
  ['no data chunk', riff([format()]), 'malformed', 'no "data" chunk: it holds no audio'],
  ['no audio', riff([format(), chunk('data', new Uint8Array(0))]), 'empty', 'its "data" chunk is empty'],
  [
    'no audio, then other chunks',
    riff([format(), chunk('data', new Uint8Array(0)), chunk('LIST', Buffer.from('INFO'))]),
    'empty',
    'is empty',
  ],
  [
    'a codec not read',
    riff([format({ codec: 17, bits: 4, blockBytes: 256 }), sound]),
    'unsupported',
    'unsupported codec 17 (IMA ADPCM): save it as 16-bit PCM',
  ],
  ['a codec not known', riff([format({ codec: 4_660 }), sound]), 'unsupported', 'unsupported codec 4660: '],
  ['zero channels', riff([format({ channels: 0 }), sound]), 'malformed', 'zero channels'],
  ['nine channels', riff([format({ channels: 9 }), sound]), 'unsupported', '9 channels'],
  ['a rate of 0', riff([format({ sampleRate: 0 }), sound]), 'unsupported', 'a sample rate of 0 Hz'],
  ['an absurd rate', riff([format({ sampleRate: 4_000_000_000 }), sound]), 'unsupported', '4000000000 Hz: 8000 to 192000 are read'],
  ['48-bit samples', riff([format({ bits: 48 }), sound]), 'unsupported', 'pcm samples of 48 bits'],
  ['blocks that contradict', riff([format({ blockBytes: 3 }), sound]), 'malformed', '1 channels of 16 bits in blocks of 3 bytes'],
  ['a short fmt chunk', riff([chunk('fmt ', new Uint8Array(10)), sound]), 'malformed', '"fmt " chunk of 10 bytes'],
  ['chunks without end', riff(Array.from({ length: 1_001 }, () => chunk('JUNK', new Uint8Array(0)))), 'malformed', 'more than 1000 chunks'],
])('%s is told in one line', async (...[, bytes, code, message]) => {
  const error = await failureOf(await save(bytes));
  expect(error.code).toBe(code);
  expect(error.message).toContain(message);
});

test('truncated audio is an error, not a short read, and says how much is there', async () => {
  const error = await failureOf(await save(riff([format(), chunk('data', new Uint8Array(48_000), 320_000)])));
  expect([error.code, error.message]).toEqual(['truncated', `${error.path}: truncated: 1.5 s of the 10.0 s that it announces are there`]);
});

test('a file shortened while it is read is an error of the read', async () => {
  const path = await save(riff([format(), chunk('data', new Uint8Array(40_000))]));
  await using reader = await openWav(path);
  await reader.read(100);
  await truncate(path, 1_000);
  await expect(reader.read(10_000)).rejects.toThrow(`${path}: truncated while it was read`);
});

test('a reader may be closed twice, and reads no more', async () => {
  const reader = await openWav(await save(riff([format(), sound])));
  await reader[Symbol.asyncDispose]();
  await reader[Symbol.asyncDispose]();
  await expect(reader.read(1)).rejects.toThrow('it cannot be read any further (EBADF)');
});
