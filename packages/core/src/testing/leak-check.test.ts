import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createLeakCheck } from './leak-check.js';

/** Opens something, and says how to close it. More than one timer: the test runner's own come and go. */
const leaks: readonly { readonly name: string; readonly message: RegExp; readonly open: () => () => unknown }[] = [
  {
    name: 'timers',
    message: /Timeout/,
    open() {
      const timers = Array.from({ length: 5 }, () => setTimeout(() => {}, 60_000));
      return () => timers.forEach((timer) => clearTimeout(timer));
    },
  },
  {
    name: 'a worker thread',
    message: /worker thread/,
    open() {
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
      return () => worker.terminate();
    },
  },
  {
    name: 'a listening socket',
    message: /TCP/,
    open() {
      const server = createServer().listen(0, '127.0.0.1');
      return () => server.close();
    },
  },
  {
    name: 'a listener of the process',
    message: /SIGTERM/,
    open() {
      const listener = () => {};
      process.on('SIGTERM', listener);
      return () => process.off('SIGTERM', listener);
    },
  },
];

test.each(leaks)('$name left open: it is named, and nothing is once it is closed', async ({ open, message }) => {
  using check = createLeakCheck();
  const close = open();
  await expect(check.assertNothingOpen({ settleMs: 100 })).rejects.toThrow(message);
  await close();
  await check.assertNothingOpen();
});
