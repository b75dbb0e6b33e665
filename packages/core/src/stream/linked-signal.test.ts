import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { AbortError } from './abort-error.js';
import { linkSignals } from './linked-signal.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** How often the signal fires from now on. */
function firesOf(signal: AbortSignal): { count: number } {
  const fires = { count: 0 };
  signal.addEventListener('abort', () => (fires.count += 1));
  return fires;
}

describe('a linked signal', () => {
  test('fires when its parent does, with the parent’s reason, once', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const link = linkSignals(first.signal, second.signal);
    const fires = firesOf(link.signal);
    const reason = new Error('the second one');
    second.abort(reason);
    first.abort(new Error('too late'));
    link.abort();
    expect([link.signal.aborted, link.signal.reason, fires.count]).toEqual([true, reason, 1]);
  });

  test('has fired already if a parent has, with the first such parent’s reason', () => {
    const reason = new Error('long ago');
    const living = new AbortController();
    const link = linkSignals(living.signal, AbortSignal.abort(reason), AbortSignal.abort(new Error('other')));
    expect([link.signal.aborted, link.signal.reason]).toEqual([true, reason]);
    expect(listenersOf(living.signal)).toBe(0);
  });

  test('fires by itself with an AbortError, or the reason given, and leaves its parent alone', () => {
    const parent = new AbortController();
    const [plain, reasoned] = [linkSignals(parent.signal), linkSignals(parent.signal)];
    plain.abort();
    expect(plain.signal.reason).toBeInstanceOf(AbortError);
    const reason = new Error('mine');
    reasoned.abort(reason);
    reasoned.abort(new Error('again'));
    expect(reasoned.signal.reason).toBe(reason);
    expect([parent.signal.aborted, listenersOf(parent.signal)]).toEqual([false, 0]);
  });

  test('once disposed does not hear its parents any more, but can still be fired', () => {
    const parent = new AbortController();
    const link = linkSignals(parent.signal);
    link[Symbol.dispose]();
    link[Symbol.dispose]();
    parent.abort();
    expect([link.signal.aborted, listenersOf(parent.signal)]).toEqual([false, 0]);
    link.abort();
    expect(link.signal.aborted).toBe(true);
  });

  test('without parents is a signal of its own', () => {
    const link = linkSignals();
    expect(link.signal.aborted).toBe(false);
    link.abort();
    expect(link.signal.aborted).toBe(true);
  });

  test('linked to the same parent twice fires once and leaves no listener', () => {
    const parent = new AbortController();
    const link = linkSignals(parent.signal, parent.signal);
    const fires = firesOf(link.signal);
    parent.abort();
    expect([fires.count, listenersOf(parent.signal)]).toEqual([1, 0]);
  });

  test('passes an abort on through a chain', () => {
    const session = new AbortController();
    const reply = linkSignals(session.signal);
    const call = linkSignals(reply.signal);
    session.abort(new Error('closed'));
    expect(call.signal.reason).toBe(session.signal.reason);
  });
});

describe('many signals of one parent', () => {
  test('take one listener of it, so that Node does not warn, and all fire', () => {
    const parent = new AbortController();
    const links = Array.from({ length: 1000 }, () => linkSignals(parent.signal));
    expect(listenersOf(parent.signal)).toBe(1);
    parent.abort();
    expect(links.every((link) => link.signal.aborted)).toBe(true);
    expect(listenersOf(parent.signal)).toBe(0);
  });

  test('may come and go in any order; the last to go takes the listener away, and the next one brings it back', () => {
    const parent = new AbortController();
    const [first, second] = [linkSignals(parent.signal), linkSignals(parent.signal)];
    first[Symbol.dispose]();
    expect(listenersOf(parent.signal)).toBe(1);
    second[Symbol.dispose]();
    expect(listenersOf(parent.signal)).toBe(0);
    const third = linkSignals(parent.signal);
    parent.abort();
    expect([first, second, third].map((link) => link.signal.aborted)).toEqual([false, false, true]);
  });

  test('one that is disposed while the parent fires does not fire', () => {
    const parent = new AbortController();
    const first = linkSignals(parent.signal);
    const second = linkSignals(parent.signal);
    first.signal.addEventListener('abort', () => second[Symbol.dispose]());
    parent.abort();
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);
  });
});

/** Made once: each error takes its stack along. */
const over = new Error('over');

describe('a hundred thousand links to one parent that lives on', () => {
  test.each([
    ['disposed', (link: ReturnType<typeof linkSignals>) => link[Symbol.dispose]()],
    ['fired', (link: ReturnType<typeof linkSignals>) => link.abort(over)],
  ])('leave no listener and no memory behind once %s', async (_name, finish) => {
    const parent = new AbortController();
    const use = (count: number) => {
      for (let index = 0; index < count; index += 1) finish(linkSignals(parent.signal));
    };
    use(1000);
    await new Promise(setImmediate);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    // With turns of the loop between, as Node frees signals only then.
    for (let round = 0; round < 100; round += 1) {
      use(1000);
      await new Promise(setImmediate);
    }
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000);
    expect(listenersOf(parent.signal)).toBe(0);
  });
});
