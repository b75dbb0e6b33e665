import { expect, test } from 'vitest';
import { noise } from './__fixtures__/speech.js';
import type { ModelRow } from './model-row.js';
import { ProbabilityStream } from './probability-stream.js';

/** A model that marks the state it leaves, and keeps what it was given. */
function createModel() {
  const given: { readonly context: Float32Array; readonly window: Float32Array; readonly state: number | undefined }[] = [];
  const infer = async (row: ModelRow) => {
    given.push({ context: row.input.slice(0, 64), window: row.input.slice(64), state: row.state[0] });
    row.state.fill(given.length);
    return 0.5;
  };
  return { given, stream: new ProbabilityStream(16_000, infer) };
}

const silence = new Int16Array(512);
const zeros = new Float32Array(64);

test('each window is preceded by the last 64 samples of the one before, and meets the state it left', async () => {
  const { given, stream } = createModel();
  const first = noise(512, 1);
  await stream.next(first);
  await stream.next(noise(512, 2));
  expect(given.map(({ state }) => state)).toEqual([0, 1]);
  expect(given[0]?.context).toEqual(zeros);
  expect(given[1]?.context).toEqual(Float32Array.from(first.subarray(448), (sample) => sample / 32_768));
  expect(given[1]?.window).toEqual(Float32Array.from(noise(512, 2), (sample) => sample / 32_768));
});

test('after 8 windows of digital silence the model is left alone, and then begins afresh', async () => {
  const { given, stream } = createModel();
  await stream.next(noise(512, 1));
  const quiet = [];
  for (let index = 0; index < 12; index += 1) quiet.push(await stream.next(silence));
  expect(quiet).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0]);
  expect(given).toHaveLength(9);

  expect(await stream.next(noise(512, 2))).toBe(0.5);
  expect(given[9]?.state).toBe(0);
  expect(given[9]?.context).toEqual(zeros);
});

test('a window with one quiet sample is not silence', async () => {
  const { given, stream } = createModel();
  const almost = new Int16Array(512).fill(1, 511);
  for (let index = 0; index < 12; index += 1) await stream.next(almost);
  expect(given).toHaveLength(12);
});

test('a reset forgets context and state', async () => {
  const { given, stream } = createModel();
  await stream.next(noise(512, 1));
  stream.reset();
  await stream.next(noise(512, 2));
  expect(given[1]?.state).toBe(0);
  expect(given[1]?.context).toEqual(zeros);
});
