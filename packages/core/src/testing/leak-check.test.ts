import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createLeakCheck } from './leak-check.js';

const closed = (worker: Worker): Promise<unknown> => worker.terminate();

test.each<[string, () => () => unknown, RegExp]>([
  [
    'a timer',
    () =>
      open(
        setTimeout(() => {}, 60_000),
        clearTimeout,
      ),
    /Timeout/,
  ],
  ['a worker thread', () => open(new Worker('setInterval(() => {}, 1000)', { eval: true }), closed), /worker thread/],
  ['a listening socket', () => open(createServer().listen(0, '127.0.0.1'), (server) => server.close()), /TCP/],
  [
    'a listener of the process',
    () =>
      open(
        () => {},
        (listener) => process.off('SIGTERM', listener),
        (listener) => void process.on('SIGTERM', listener),
      ),
    /SIGTERM/,
  ],
])('%s left open is named, and none is once it is closed', async (_name, leak, message) => {
  using leaks = createLeakCheck();
  const close = leak();
  await expect(leaks.assertNothingOpen({ settleMs: 100 })).rejects.toThrow(message);
  await close();
  await leaks.assertNothingOpen();
});

function open<Thing>(thing: Thing, close: (thing: Thing) => unknown, start: (thing: Thing) => void = () => {}): () => unknown {
  start(thing);
  return () => close(thing);
}
