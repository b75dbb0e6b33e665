import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { AbortError } from './abort-error.js';
import { createDeferred } from './deferred.js';
import { readUntilAbort } from './read-until-abort.js';

const never = new Promise<never>(() => {});

function setUp() {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const { signal } = controller;
  return { clock, signal, abort: () => controller.abort(new AbortError()), listeners: () => getEventListeners(signal, 'abort').length };
}

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

async function* counting(...items: number[]): AsyncGenerator<number> {
  yield* items;
}

test('a stream that ends by itself is read to its end, and nothing is left behind', async () => {
  const { clock, signal, listeners } = setUp();
  expect(await readAll(readUntilAbort(counting(1, 2, 3), { signal, clock }))).toEqual([1, 2, 3]);
  expect(listeners()).toBe(0);
  clock.assertIdle();
});

test('a failure reaches the reader, and nothing is left behind', async () => {
  const { clock, signal, listeners } = setUp();
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error('broken');
  }
  await expect(readAll(readUntilAbort(failing(), { signal, clock }))).rejects.toThrow('broken');
  expect(listeners()).toBe(0);
});

describe('after an abort', () => {
  test('what the stream still gives is read, and its own end counts', async () => {
    const { clock, signal, abort } = setUp();
    const last = createDeferred<number>();
    async function* obedient(): AsyncGenerator<number> {
      yield 1;
      yield await last.promise;
    }
    const reading = readAll(readUntilAbort(obedient(), { signal, clock }));
    clock.after(10, abort);
    clock.after(50, () => last.resolve(2));
    expect(await clock.runUntil(reading)).toEqual([1, 2]);
    expect(clock.now()).toBe(50);
    clock.assertIdle();
  });

  test('a stream that takes no notice is left 100 ms later', async () => {
    const { clock, signal, abort } = setUp();
    async function* stubborn(): AsyncGenerator<number> {
      yield 1;
      await never;
    }
    const reading = readAll(readUntilAbort(stubborn(), { signal, clock }));
    clock.after(10, abort);
    expect(await clock.runUntil(reading)).toEqual([1]);
    expect(clock.now()).toBe(110);
    clock.assertIdle();
  });

  test('one whose signal had fired before is left as well', async () => {
    const { clock, signal, abort } = setUp();
    abort();
    async function* stubborn(): AsyncGenerator<number> {
      yield await never;
    }
    expect(await clock.runUntil(readAll(readUntilAbort(stubborn(), { signal, clock })))).toEqual([]);
    expect(clock.now()).toBe(100);
  });

  test('what it gives after it was left is dropped, its failure too', async () => {
    const { clock, signal, abort } = setUp();
    const late = createDeferred<number>();
    const stream = readUntilAbort(
      (async function* () {
        yield await late.promise;
      })(),
      { signal, clock },
    );
    const reading = readAll(stream);
    abort();
    expect(await clock.runUntil(reading)).toEqual([]);
    late.reject(new Error('nobody wants to know'));
    await new Promise(setImmediate);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

test('a reader who leaves closes the stream and never waits for it', async () => {
  const { clock, signal, listeners } = setUp();
  let isClosed = false;
  async function* closable(): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      isClosed = true;
      await never;
    }
  }
  for await (const item of readUntilAbort(closable(), { signal, clock })) if (item === 1) break;
  expect([isClosed, listeners()]).toEqual([true, 0]);
});

test('a stream that never waits gives way now and then, so that what is due is not held up', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  let items = 0;
  const endless = async function* () {
    while (!controller.signal.aborted) yield 1;
  };
  clock.after(0, () => controller.abort());
  const read = async () => {
    for await (const item of readUntilAbort(endless(), { signal: controller.signal, clock })) items += item;
  };
  await clock.runUntil(read());
  expect(items).toBeLessThan(10_000);
});
