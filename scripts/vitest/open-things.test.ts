import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { leftBehind, watchOpenThings } from './open-things.js';

test('counts how many of one kind are new', () => {
  expect(leftBehind(['timer', 'pipe'], ['pipe', 'timer', 'timer', 'socket'])).toEqual(['timer', 'socket']);
});

test('what was closed meanwhile is no debt of what came after', () => {
  expect(leftBehind(['timer', 'timer'], ['pipe'])).toEqual(['pipe']);
});

test('sees a timer until it is cleared', () => {
  const observe = watchOpenThings();
  const before = observe();
  const timer = setTimeout(() => {}, 60_000);
  expect(leftBehind(before, observe())).toEqual(['resource: Timeout']);
  clearTimeout(timer);
  expect(leftBehind(before, observe())).toEqual([]);
});

test('sees a server until it is closed', async () => {
  const observe = watchOpenThings();
  const before = observe();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(leftBehind(before, observe())).toEqual(['resource: TCPServerWrap']);
  server.close();
  await once(server, 'close');
  // The handle itself goes a turn of the loop later.
  await expect.poll(() => leftBehind(before, observe())).not.toContain('resource: TCPServerWrap');
});

test('sees a worker thread that keeps nothing alive, until it ends', async () => {
  const observe = watchOpenThings();
  const before = observe();
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  await once(worker, 'online');
  worker.unref();
  expect(leftBehind(before, observe())).toContain(`worker thread: number ${worker.threadId}`);
  await worker.terminate();
  expect(leftBehind(before, observe()).filter((line) => line.startsWith('worker'))).toEqual([]);
});

test('sees a child process that keeps nothing alive, until it ends', async () => {
  const observe = watchOpenThings();
  const before = observe();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  child.unref();
  expect(leftBehind(before, observe()).filter((line) => line.startsWith('child'))).toHaveLength(1);
  child.kill();
  await once(child, 'exit');
  expect(leftBehind(before, observe()).filter((line) => line.startsWith('child'))).toEqual([]);
});

test.runIf(process.platform === 'linux')('sees a file until it is closed', async () => {
  const observe = watchOpenThings();
  const before = observe();
  const path = fileURLToPath(import.meta.url);
  const file = await open(path);
  expect(leftBehind(before, observe())).toContain(`file: ${path}`);
  await file.close();
  expect(leftBehind(before, observe())).not.toContain(`file: ${path}`);
});

test('sees a listener of the process until it is removed', () => {
  const observe = watchOpenThings();
  const before = observe();
  const listener = () => {};
  process.on('SIGTERM', listener);
  expect(leftBehind(before, observe())).toContain('listener of the process: SIGTERM');
  process.off('SIGTERM', listener);
  expect(leftBehind(before, observe()).filter((line) => line.startsWith('listener'))).toEqual([]);
});
