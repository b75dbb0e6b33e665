import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { realClock } from './real-clock.js';

describe('on a machine whose time is faked', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('calls back once, after the delay', () => {
    const callback = vi.fn<() => void>();
    realClock.after(250, callback);
    vi.advanceTimersByTime(249);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(callback).toHaveBeenCalledOnce();
  });

  test('a cancelled timer does not fire, and cancelling it again or after it fired does nothing', () => {
    const [cancelled, fired] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const cancel = realClock.after(10, cancelled);
    cancel();
    cancel();
    const late = realClock.after(10, fired);
    vi.advanceTimersByTime(100);
    late();
    expect(cancelled).not.toHaveBeenCalled();
    expect(fired).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a delay longer than setTimeout keeps is waited for in full, and can be cancelled at any time', () => {
    const thirtyDaysMs = 30 * 24 * 3_600_000;
    const [callback, cancelled] = [vi.fn<() => void>(), vi.fn<() => void>()];
    realClock.after(thirtyDaysMs, callback);
    const cancel = realClock.after(thirtyDaysMs, cancelled);
    vi.advanceTimersByTime(thirtyDaysMs - 1);
    expect(callback).not.toHaveBeenCalled();
    cancel();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
    expect(cancelled).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([0, -5])('a delay of %i ms fires with the next turn of the loop', (delayMs) => {
    const callback = vi.fn<() => void>();
    realClock.after(delayMs, callback);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  test('an endless delay never fires and can be cancelled', () => {
    const callback = vi.fn<() => void>();
    const cancel = realClock.after(Infinity, callback);
    vi.advanceTimersByTime(100 * 24 * 3_600_000);
    cancel();
    expect(callback).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the wall time is the machine’s', () => {
    vi.setSystemTime(new Date('2026-03-01T12:00:00Z'));
    expect(realClock.date().toISOString()).toBe('2026-03-01T12:00:00.000Z');
  });
});

// Node's own timers fire up to 2 ms before their time: about every second one of these would.
test('no timer fires before its time', async () => {
  const early = await Promise.all(
    Array.from({ length: 200 }, (_entry, index) => {
      const delayMs = 1 + (index % 40) * 0.7;
      const startedMs = realClock.now();
      return new Promise<number>((resolve) => {
        realClock.after(delayMs, () => resolve(realClock.now() - startedMs - delayMs));
      });
    }),
  );
  expect(Math.min(...early)).toBeGreaterThanOrEqual(0);
});
