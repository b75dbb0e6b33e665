import { describe, expect, test } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

/** A clock and a record of what happened when. */
function recorded(): { readonly clock: VirtualClock; readonly seen: string[]; readonly note: (what: string) => () => void } {
  const clock = new VirtualClock();
  const seen: string[] = [];
  return { clock, seen, note: (what) => () => void seen.push(`${clock.now()} ${what}`) };
}

/** As many promises one after another, as code that awaits a few things takes. */
async function hops(count: number): Promise<void> {
  for (let hop = 0; hop < count; hop += 1) await Promise.resolve();
}

describe('order', () => {
  test('timers fire by time, those of one instant in the order in which they were set', async () => {
    const { clock, seen, note } = recorded();
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.after(0, note('at once'));
    await clock.runUntilIdle();
    expect(seen).toEqual(['0 at once', '10 first', '10 second', '20 late']);
  });

  test('all promises settle between two timers of the same instant', async () => {
    const { clock, seen, note } = recorded();
    clock.after(10, () => void hops(50).then(note('work of the first')));
    clock.after(10, note('second'));
    await clock.runUntilIdle();
    expect(seen).toEqual(['10 work of the first', '10 second']);
  });

  test('a timer that a timer sets for the same instant fires after those set before it', async () => {
    const { clock, seen, note } = recorded();
    clock.after(10, () => void clock.after(0, note('set by the first')));
    clock.after(10, note('second'));
    clock.after(11, note('later'));
    await clock.runUntilIdle();
    expect(seen).toEqual(['10 second', '10 set by the first', '11 later']);
  });

  test('a timer that promises set fires in its turn', async () => {
    const { clock, seen, note } = recorded();
    clock.after(5, () => void hops(5).then(() => clock.after(5, note('by promises'))));
    clock.after(12, note('later'));
    await clock.runUntilIdle();
    expect(seen).toEqual(['10 by promises', '12 later']);
  });

  test('a delay below 0 counts as 0', async () => {
    const { clock, seen, note } = recorded();
    await clock.advance(100);
    clock.after(-50, note('now'));
    await clock.runUntilIdle();
    expect(seen).toEqual(['100 now']);
  });
});

describe('moving time', () => {
  test('advance fires what becomes due on the way and at its end, and stops exactly there', async () => {
    const { clock, seen, note } = recorded();
    clock.after(10, note('on the way'));
    clock.after(30, note('at the end'));
    clock.after(31, note('too late'));
    await clock.advance(30);
    expect(seen).toEqual(['10 on the way', '30 at the end']);
    expect([clock.now(), clock.pendingTimers]).toEqual([30, 1]);
  });

  test('advance of 0 fires what is due now and settles promises', async () => {
    const { clock, seen, note } = recorded();
    void hops(20).then(note('promise'));
    clock.after(0, note('timer'));
    await clock.advance(0);
    expect(seen).toEqual(['0 promise', '0 timer']);
  });

  test('advanceTo goes to an instant', async () => {
    const clock = new VirtualClock();
    await clock.advanceTo(1234.5);
    expect(clock.now()).toBe(1234.5);
    await clock.advanceTo(1234.5);
    expect(clock.now()).toBe(1234.5);
  });

  test.each([99, Number.NaN])('time moves forward only: not to %d', async (atMs) => {
    const clock = new VirtualClock();
    await clock.advanceTo(100);
    await expect(clock.advanceTo(atMs)).rejects.toThrow(RangeError);
    await expect(clock.advanceTo(atMs)).rejects.toThrow(`it is 100 ms, which cannot become ${atMs}`);
    expect(clock.now()).toBe(100);
  });

  test.each([Number.NaN, Infinity, -Infinity])('a delay of %d is refused at once', (delayMs) => {
    const clock = new VirtualClock();
    expect(() => clock.after(delayMs, () => {})).toThrow(`not ${delayMs}`);
    expect(clock.pendingTimers).toBe(0);
  });

  test('the wall clock runs along', async () => {
    const clock = new VirtualClock({ startsAt: new Date('2026-01-01T00:00:00Z') });
    await clock.advance(61_000);
    expect(clock.date().toISOString()).toBe('2026-01-01T00:01:01.000Z');
    expect(new VirtualClock().date().getTime()).toBe(0);
  });

  test('what a timer throws is thrown at whoever moves the clock', async () => {
    const clock = new VirtualClock();
    clock.after(5, () => {
      throw new Error('in the timer');
    });
    await expect(clock.advance(10)).rejects.toThrow('in the timer');
    expect(clock.now()).toBe(5);
  });
});

describe('runUntil', () => {
  test('moves time no further than it takes, and gives the outcome', async () => {
    const clock = new VirtualClock();
    const value = new Promise<string>((resolve) => {
      clock.after(40, () => resolve('there'));
    });
    clock.after(50, () => {});
    await expect(clock.runUntil(value)).resolves.toBe('there');
    expect([clock.now(), clock.pendingTimers]).toEqual([40, 1]);
  });

  test('a promise that is settled already takes no time', async () => {
    const clock = new VirtualClock();
    clock.after(1, () => {});
    await expect(clock.runUntil(Promise.resolve(1))).resolves.toBe(1);
    expect(clock.now()).toBe(0);
  });

  test('passes on a rejection', async () => {
    const clock = new VirtualClock();
    const failing = new Promise((_resolve, reject) => {
      clock.after(3, () => reject(new Error('no')));
    });
    await expect(clock.runUntil(failing)).rejects.toThrow('no');
  });

  test('says so when nothing is left that could settle it', async () => {
    const clock = new VirtualClock();
    clock.after(7, () => {});
    await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow('nothing is left to wait for at 7 ms');
  });

  test('gives up at the limit, counted from now', async () => {
    const clock = new VirtualClock();
    await clock.advance(1000);
    const tick = () => void clock.after(10, tick);
    tick();
    await expect(clock.runUntil(new Promise(() => {}), { limitMs: 95 })).rejects.toThrow('had not settled at 1090 ms');
  });
});

describe('what is left over', () => {
  test('a cancelled timer never fires and counts no more', async () => {
    const { clock, seen, note } = recorded();
    const cancel = clock.after(10, note('cancelled'));
    clock.after(10, note('kept'));
    cancel();
    cancel();
    expect(clock.pendingTimers).toBe(1);
    await clock.runUntilIdle();
    expect(seen).toEqual(['10 kept']);
  });

  test('a timer may cancel another of the same instant', async () => {
    const { clock, seen, note } = recorded();
    let cancel = () => {};
    clock.after(10, () => cancel());
    cancel = clock.after(10, note('cancelled'));
    await clock.runUntilIdle();
    expect(seen).toEqual([]);
  });

  test('assertIdle names the first timer left over and where it was set', () => {
    const clock = new VirtualClock();
    clock.assertIdle();
    clock.after(90, () => {});
    clock.after(30, () => {});
    const failure = thrownBy(() => clock.assertIdle());
    expect(failure.message).toBe('2 timer(s) left over at 0 ms, the first due at 30 ms');
    expect(failure.cause instanceof Error ? failure.cause.stack : '').toContain('virtual-clock.test');
  });
});

describe('hold', () => {
  test('time stands still until the last hold is let go, and what that settles is seen before the next timer', async () => {
    const { clock, seen, note } = recorded();
    const [first, second] = [clock.hold(), clock.hold()];
    clock.after(10, note('timer'));
    const advancing = clock.advance(20);
    await new Promise(setImmediate);
    first();
    first();
    await new Promise(setImmediate);
    expect([clock.now(), seen]).toEqual([0, []]);
    void hops(10).then(note('work done'));
    second();
    await advancing;
    expect(seen).toEqual(['0 work done', '10 timer']);
  });

  test('one taken by a timer holds the clock there', async () => {
    const { clock, seen, note } = recorded();
    clock.after(10, () => {
      const release = clock.hold();
      setImmediate(() =>
        setImmediate(() => {
          note('work done')();
          release();
        }),
      );
    });
    clock.after(11, note('timer'));
    await clock.runUntilIdle();
    expect(seen).toEqual(['10 work done', '11 timer']);
  });

  test('two that move the clock at once both go on after a hold', async () => {
    const clock = new VirtualClock();
    const release = clock.hold();
    const both = Promise.all([clock.advance(0), clock.advance(0)]);
    await new Promise(setImmediate);
    release();
    await expect(both).resolves.toEqual([undefined, undefined]);
  });
});

test('a hundred thousand timers, half of them cancelled, are set, cancelled and fired in 3 s of CPU', async () => {
  const clock = new VirtualClock();
  // CPU, not time: other work on the machine is not the clock's.
  const before = process.cpuUsage();
  let fired = 0;
  const cancels: (() => void)[] = [];
  // Times in no order: 7919 is prime to 100,000.
  for (let index = 0; index < 100_000; index += 1) cancels.push(clock.after((index * 7919) % 100_000, () => (fired += 1)));
  for (let index = 0; index < 100_000; index += 2) cancels[index]?.();
  expect(clock.pendingTimers).toBe(50_000);
  await clock.runUntilIdle();
  expect(fired).toBe(50_000);
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(3_000_000);
});

function thrownBy(act: () => void): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
