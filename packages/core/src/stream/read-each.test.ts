import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { createDeferred } from './deferred.js';
import { linkSignals } from './linked-signal.js';
import { readEach } from './read-each.js';
import { sleep } from './sleep.js';

const never = new Promise<never>(() => {});

function setUp() {
  const clock = new VirtualClock();
  const link = linkSignals();
  const items: number[] = [];
  const take = (item: number) => void items.push(item);
  return { clock, link, items, take };
}

async function* counting(...items: number[]): AsyncGenerator<number> {
  yield* items;
}

/** A stream that gives 1, then waits for ever, and tells when it was let go. */
function stubborn() {
  let returned = 0;
  const iterator: AsyncIterator<number> = {
    next: () => (given ? never : ((given = true), Promise.resolve({ done: false, value: 1 }))),
    return: () => {
      returned += 1;
      return never;
    },
  };
  let given = false;
  return { source: { [Symbol.asyncIterator]: () => iterator }, returned: () => returned };
}

test('each item of a stream is handed on, in order, and nothing is left behind', async () => {
  const { clock, link, items, take } = setUp();
  await readEach(counting(1, 2, 3), { link, clock }, take);
  expect(items).toEqual([1, 2, 3]);
  clock.assertIdle();
});

test('what takes an item may be waited for before the next is read', async () => {
  const { clock, link } = setUp();
  const times: number[] = [];
  const take = (item: number) => {
    times.push(clock.now());
    return item === 2 ? undefined : sleep(100, { clock });
  };
  await clock.runUntil(readEach(counting(1, 2, 3), { link, clock }, take));
  expect(times).toEqual([0, 100, 100]);
  expect(clock.now()).toBe(200);
});

describe('a failure', () => {
  test('of the stream reaches the reader', async () => {
    const { clock, link, take } = setUp();
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('broken');
    }
    await expect(readEach(failing(), { link, clock }, take)).rejects.toThrow('broken');
    clock.assertIdle();
  });

  test.each<[string, AsyncIterable<number>]>([
    [
      'in making its iterator',
      {
        [Symbol.asyncIterator]: () => {
          throw new Error('broken');
        },
      },
    ],
    [
      'in being asked for the next item',
      {
        [Symbol.asyncIterator]: () => ({
          next: () => {
            throw new Error('broken');
          },
        }),
      },
    ],
  ])('of a stream that throws %s reaches the reader too', async (_where, source) => {
    const { clock, link, take } = setUp();
    await expect(readEach(source, { link, clock }, take)).rejects.toThrow('broken');
  });

  test.each<[string, () => Promise<void> | undefined]>([
    [
      'throws',
      () => {
        throw new Error('unwanted');
      },
    ],
    ['rejects', () => Promise.reject(new Error('unwanted'))],
  ])('of what takes the items, where it %s, ends the reading, lets the stream go and reaches the reader', async (_how, take) => {
    const { clock, link } = setUp();
    const { source, returned } = stubborn();
    await expect(readEach(source, { link, clock }, take)).rejects.toThrow('unwanted');
    expect(returned()).toBe(1);
    clock.assertIdle();
  });
});

describe('after an abort', () => {
  test('what the stream still gives is handed on, and its own end counts', async () => {
    const { clock, link, items, take } = setUp();
    const last = createDeferred<number>();
    async function* obedient(): AsyncGenerator<number> {
      yield 1;
      yield await last.promise;
    }
    const reading = readEach(obedient(), { link, clock }, take);
    clock.after(10, () => link.abort());
    clock.after(50, () => last.resolve(2));
    await clock.runUntil(reading);
    expect([items, clock.now()]).toEqual([[1, 2], 50]);
    clock.assertIdle();
  });

  test.each([0, 10])('at %d ms a stream that takes no notice is let go 100 ms later', async (abortMs) => {
    const { clock, link, take } = setUp();
    const { source, returned } = stubborn();
    if (abortMs === 0) link.abort();
    else clock.after(abortMs, () => link.abort());
    await clock.runUntil(readEach(source, { link, clock }, take));
    expect([clock.now(), returned()]).toEqual([abortMs + 100, 1]);
    clock.assertIdle();
  });
});

test('a stream that never waits gives way now and then, so that what is due is not held up', async () => {
  const { clock, link } = setUp();
  let items = 0;
  const endless = async function* () {
    while (!link.aborted) yield 1;
  };
  clock.after(0, () => link.abort());
  await clock.runUntil(readEach(endless(), { link, clock }, () => void (items += 1)));
  expect(items).toBeLessThan(10_000);
});
