import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VirtualClock } from '@parley/core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { noise, speech8, speech16 } from './__fixtures__/speech.js';
import { createModelRow, loadWindow, type ModelRow } from './model-row.js';
import { windowSamples } from './model-shape.js';
import { ModelWorker, type ModelWorkerOptions } from './model-worker.js';

function start(options?: ModelWorkerOptions): ModelWorker {
  const worker = new ModelWorker(options);
  onTestFinished(() => worker.close());
  return worker;
}

const fixture = (name: string) => new URL(`./__fixtures__/${name}`, import.meta.url);

/** A row that holds its first window. */
function rowOf(samples: Int16Array, sampleRate: 8000 | 16_000 = 16_000): ModelRow {
  const row = createModelRow(sampleRate);
  loadWindow(row, samples.subarray(0, windowSamples(sampleRate)));
  return row;
}

async function judge(worker: ModelWorker, samples: Int16Array, sampleRate: 8000 | 16_000): Promise<number[]> {
  const row = createModelRow(sampleRate);
  const size = windowSamples(sampleRate);
  const result: number[] = [];
  for (let from = 0; from + size <= samples.length; from += size) {
    loadWindow(row, samples.subarray(from, from + size));
    result.push(await worker.infer(row));
  }
  return result;
}

test('in a batch each row gets what it gets alone, at both rates mixed', async () => {
  const worker = start();
  const inputs = Array.from({ length: 40 }, (_, index) => {
    const recording = index % 2 === 0 ? speech16() : speech8();
    const from = index * 500;
    return {
      sampleRate: index % 2 === 0 ? (16_000 as const) : (8000 as const),
      samples: recording.samples.subarray(from, from + 20 * 512),
    };
  });
  const together = await Promise.all(inputs.map(({ samples, sampleRate }) => judge(worker, samples, sampleRate)));
  for (const [index, { samples, sampleRate }] of inputs.entries()) {
    const alone = await judge(worker, samples, sampleRate);
    expect(alone.length).toBeGreaterThanOrEqual(20);
    for (const [window, probability] of alone.entries()) expect(together[index]?.[window]).toBeCloseTo(probability, 4);
  }
});

test('rows asked for before the model is loaded are answered once it is', async () => {
  const worker = start();
  const early = await Promise.all([worker.infer(rowOf(noise(512, 1))), worker.infer(rowOf(noise(512, 1)))]);
  expect(early[0]).toBeGreaterThanOrEqual(0);
  expect(early[1]).toBeCloseTo(early[0] ?? Number.NaN, 6);
});

test('when the thread dies, all who wait and all who ask later get a connection error', async () => {
  const worker = start({ workerUrl: fixture('frail-worker.mjs'), modelPath: '1' });
  expect(await worker.infer(rowOf(noise(512, 1)))).toBe(0.75);
  const waiting = await Promise.allSettled([worker.infer(rowOf(noise(512, 1))), worker.infer(rowOf(noise(256, 2), 8000))]);
  const expected = expect.objectContaining({
    name: 'APIConnectionError',
    kind: 'connection',
    retryable: true,
    message: "silero: the model's thread ended (code 7)",
  });
  expect(waiting).toEqual([
    { status: 'rejected', reason: expected },
    { status: 'rejected', reason: expected },
  ]);
  expect(worker.isDead).toBe(true);
  await expect(worker.infer(rowOf(noise(512, 1)))).rejects.toEqual(expected);
});

test('closing it tells those who wait', async () => {
  const worker = start();
  const waiting = worker.infer(rowOf(noise(512, 1)));
  await Promise.all([worker.close(), expect(waiting).rejects.toMatchObject({ kind: 'connection' })]);
  await expect(worker.ready).rejects.toMatchObject({ kind: 'connection' });
  await worker.close();
});

test.each([
  { work: 'loading', modelPath: 'never', timeoutMs: 30_000 },
  { work: 'running', modelPath: 'soon', timeoutMs: 10_000 },
])('a thread that hangs while $work is given up after $timeoutMs ms', async ({ work, modelPath, timeoutMs }) => {
  const clock = new VirtualClock();
  const worker = start({ workerUrl: fixture('stuck-worker.mjs'), modelPath, clock });
  if (work === 'running') await worker.ready;
  const waiting = worker.infer(rowOf(noise(512, 1)));
  await Promise.all([
    clock.advance(timeoutMs),
    expect(waiting).rejects.toMatchObject({
      kind: 'timeout',
      retryable: true,
      message: `silero: the model's thread gave no answer for ${timeoutMs} ms while ${work}`,
    }),
  ]);
  clock.assertIdle();
});

test('without onnxruntime-node the error says how to install it, also without a network', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-silero-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lonely = join(folder, 'silero-worker.mjs');
  copyFileSync(fileURLToPath(new URL('./silero-worker.mjs', import.meta.url)), lonely);
  const worker = start({ workerUrl: pathToFileURL(lonely) });
  await expect(worker.ready).rejects.toMatchObject({
    kind: 'invalid-request',
    retryable: false,
    message: expect.stringMatching(
      /^silero: onnxruntime-node is not installed: run `npm install onnxruntime-node`.*`ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node`/,
    ),
  });
});

test('a model that cannot be read is reported as such', async () => {
  const worker = start({ modelPath: fileURLToPath(fixture('frail-worker.mjs')) });
  await expect(worker.ready).rejects.toMatchObject({
    kind: 'invalid-request',
    retryable: false,
    message: expect.stringContaining('install @parley/silero again'),
  });
});
