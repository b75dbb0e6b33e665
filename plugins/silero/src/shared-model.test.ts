import { expect, test } from 'vitest';
import { noise } from './__fixtures__/speech.js';
import { createModelRow, loadWindow } from './model-row.js';
import { ModelWorker } from './model-worker.js';
import { SharedModel } from './shared-model.js';

const workerUrl = new URL('./__fixtures__/frail-worker.mjs', import.meta.url);

/** A model whose threads die after so many runs, and the threads it made. */
function createModel(runs: number) {
  const workers: ModelWorker[] = [];
  const model = new SharedModel(() => {
    const worker = new ModelWorker({ workerUrl, modelPath: String(runs) });
    workers.push(worker);
    return worker;
  });
  return { model, workers };
}

function row() {
  const created = createModelRow(16_000);
  loadWindow(created, noise(512, 1));
  return created;
}

test('all users have one thread, which ends with the last of them', async () => {
  const { model, workers } = createModel(100);
  const [first, second] = [{}, {}];
  await Promise.all([model.load(first), model.load(second), model.load(first)]);
  expect(await Promise.all([model.infer(first, row()), model.infer(second, row())])).toEqual([0.75, 0.75]);
  expect(workers).toHaveLength(1);

  await model.release(first);
  expect(await model.infer(second, row())).toBe(0.75);
  await model.release(second);
  expect(workers.map(({ isDead }) => isDead)).toEqual([true]);
});

test('it starts again for a user who comes after the last one left', async () => {
  const { model, workers } = createModel(100);
  const user = {};
  await model.load(user);
  await model.release(user);
  await model.release(user);
  await model.load(user);
  expect(await model.infer(user, row())).toBe(0.75);
  await model.release(user);
  expect(workers.map(({ isDead }) => isDead)).toEqual([true, true]);
});

test('after a thread has died the next window has a new one', async () => {
  const { model, workers } = createModel(1);
  const user = {};
  await model.load(user);
  expect(await model.infer(user, row())).toBe(0.75);
  await expect(model.infer(user, row())).rejects.toMatchObject({ kind: 'connection' });
  expect(await model.infer(user, row())).toBe(0.75);
  expect(workers).toHaveLength(2);
  await model.release(user);
});

test('who has left starts no thread', async () => {
  const { model, workers } = createModel(1);
  await expect(model.infer({}, row())).rejects.toMatchObject({ name: 'AbortError' });
  expect(workers).toHaveLength(0);
});
