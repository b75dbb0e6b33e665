import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Channel } from './channel.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** All that a reader gets until the end. */
async function readAll<T extends {}>(channel: Channel<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of channel) items.push(item);
  return items;
}

/** Whether a promise has settled by now. */
async function hasSettled(promise: Promise<unknown> | undefined): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

const filled = (capacity: number, count: number): Channel<number> => {
  const channel = new Channel<number>({ capacity });
  for (let item = 1; item <= count; item += 1) void channel.push(item);
  return channel;
};

test.each([0, -1, 1.5, Number.NaN])('a capacity of %d is refused', (capacity) => {
  expect(() => new Channel({ capacity })).toThrow(`not ${capacity}`);
});

describe('reading', () => {
  test('items come in the order in which they were pushed, then the end, then the end again', async () => {
    const channel = filled(10, 3);
    channel.end();
    expect(await readAll(channel)).toEqual([1, 2, 3]);
    expect(await channel.next()).toEqual({ done: true, value: undefined });
  });

  test('a reader who waits gets the next item directly', async () => {
    const channel = new Channel<string>({ capacity: 1 });
    const reading = channel.next();
    expect(channel.push('now')).toBeUndefined();
    expect(channel.size).toBe(0);
    expect(await reading).toEqual({ done: false, value: 'now' });
  });

  test('values that are false are items like any other', async () => {
    const channel = new Channel<number | string | boolean>({ capacity: 5 });
    for (const item of [0, '', false]) void channel.push(item);
    channel.end();
    const items: unknown[] = [];
    for await (const item of channel) items.push(item);
    expect(items).toEqual([0, '', false]);
  });

  test('a second read before the first has settled is refused, and the first goes on', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    const first = channel.next();
    expect(() => channel.next()).toThrow('a channel has one reader');
    void channel.push(1);
    expect(await first).toEqual({ done: false, value: 1 });
  });

  test('poll takes what is there and never waits', async () => {
    const channel = filled(2, 2);
    expect([channel.poll(), channel.poll(), channel.poll()]).toEqual([1, 2, undefined]);
    void channel.push(3);
    expect(await channel.next()).toEqual({ done: false, value: 3 });
  });
});

describe('when full', () => {
  test('a writer waits until there is room, and its item is taken all the same', async () => {
    const channel = filled(2, 1);
    expect(channel.isFull).toBe(false);
    const full = channel.push(2);
    expect(channel.isFull).toBe(true);
    expect(await hasSettled(full)).toBe(false);
    expect(channel.poll()).toBe(1);
    expect(await hasSettled(full)).toBe(true);
    expect(channel.poll()).toBe(2);
  });

  test('all writers who wait are freed together, once the surplus is read too', async () => {
    const channel = new Channel<number>({ capacity: 2 });
    const writes = [1, 2, 3, 4].map((item) => channel.push(item));
    expect(writes[0]).toBeUndefined();
    channel.poll();
    channel.poll();
    expect(await hasSettled(writes[1])).toBe(false);
    channel.poll();
    for (const write of writes) expect(await hasSettled(write)).toBe(true);
  });

  test.each([
    ['end', (channel: Channel<number>) => channel.end()],
    ['fail', (channel: Channel<number>) => channel.fail(new Error('broken'))],
    ['cancel', (channel: Channel<number>) => channel.cancel()],
    ['return', (channel: Channel<number>) => void channel.return()],
  ])('a writer who waits is freed by %s', async (_name, finish) => {
    const channel = filled(1, 0);
    const full = channel.push(1);
    expect(await hasSettled(full)).toBe(false);
    finish(channel);
    expect(await hasSettled(full)).toBe(true);
  });

  test('the oldest goes where that is the policy, onDrop hears of it, and no writer waits', async () => {
    const dropped: number[] = [];
    const channel = new Channel<number>({ capacity: 3, whenFull: 'drop-oldest', onDrop: (item) => dropped.push(item) });
    const writes = [1, 2, 3, 4, 5].map((item) => channel.push(item));
    expect(writes.every((write) => write === undefined)).toBe(true);
    channel.end();
    expect([dropped, await readAll(channel)]).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });
});

describe('ending', () => {
  test('a reader who waits hears of the end at once', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    const reading = channel.next();
    channel.end();
    expect(await reading).toEqual({ done: true, value: undefined });
  });

  test('after the end nothing is taken, and no writer waits', async () => {
    const channel = filled(1, 1);
    channel.end();
    expect([channel.isEnded, channel.push(2), channel.size]).toEqual([true, undefined, 1]);
    expect(await readAll(channel)).toEqual([1]);
  });

  test('a failure reaches the reader after the items, once', async () => {
    const channel = filled(5, 2);
    channel.fail(new Error('broken'));
    expect([await channel.next(), await channel.next()]).toMatchObject([{ value: 1 }, { value: 2 }]);
    await expect(channel.next()).rejects.toThrow('broken');
    expect(await channel.next()).toMatchObject({ done: true });
  });

  test('a failure reaches a reader who waits', async () => {
    const channel = new Channel<number>({ capacity: 1 });
    const reading = channel.next();
    channel.fail(new Error('broken'));
    await expect(reading).rejects.toThrow('broken');
  });

  test.each([['waiting'], ['yet to come']])('a failure without an error is a failure: reader %s', async (reader) => {
    const channel = new Channel<number>({ capacity: 1 });
    const early = reader === 'waiting' ? channel.next() : undefined;
    channel.fail(undefined);
    await expect(early ?? channel.next()).rejects.toBeUndefined();
  });

  test('the first end counts', async () => {
    const ended = new Channel<number>({ capacity: 1 });
    ended.end();
    ended.fail(new Error('too late'));
    expect(await ended.next()).toMatchObject({ done: true });
    const failed = new Channel<number>({ capacity: 1 });
    failed.fail(new Error('first'));
    failed.end();
    await expect(failed.next()).rejects.toThrow('first');
  });

  test('cancel drops what waits, an unread failure too, and ends', async () => {
    const channel = filled(5, 3);
    channel.fail(new Error('nobody wants to know'));
    channel.cancel();
    expect([channel.size, channel.isEnded]).toEqual([0, true]);
    expect(await channel.next()).toMatchObject({ done: true });
  });

  test('a reader who leaves drops the rest, and what is pushed later', async () => {
    const channel = filled(5, 3);
    for await (const item of channel) if (item === 1) break;
    expect([channel.size, channel.push(9), channel.size]).toEqual([0, undefined, 0]);
  });
});

describe('memory', () => {
  test('an item that was read, dropped or cancelled is released, though the channel lives on', async () => {
    const channel = new Channel<object>({ capacity: 100, whenFull: 'drop-oldest' });
    const released: WeakRef<object>[] = [];
    const push = () => {
      const item = { samples: new Int16Array(1000) };
      released.push(new WeakRef(item));
      void channel.push(item);
    };
    for (let index = 0; index < 130; index += 1) push();
    for (let index = 0; index < 40; index += 1) await channel.next();
    expect(channel.size).toBe(60);
    await turnOfTheLoop();
    expect(alive(released.slice(0, 70))).toBe(0);
    expect(alive(released.slice(70))).toBe(60);
    channel.cancel();
    await turnOfTheLoop();
    expect(alive(released)).toBe(0);
  });

  test('a million items pass through in flat memory, also while many wait', async () => {
    const channel = new Channel<object>({ capacity: 2000 });
    for (let index = 0; index < 1000; index += 1) void channel.push({ index });
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 1_000_000; index += 1) {
      void channel.push({ index });
      channel.poll();
    }
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000);
    expect(channel.size).toBe(1000);
  });
});

const alive = (references: readonly WeakRef<object>[]): number => references.filter((reference) => reference.deref() !== undefined).length;

/** A weak reference holds until the turn of the loop in which it was made or read is over. */
async function turnOfTheLoop(): Promise<void> {
  await new Promise(setImmediate);
  collectGarbage();
}
