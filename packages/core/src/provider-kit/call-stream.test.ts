import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { AbortError } from '../stream/abort-error.js';
import { createDeferred } from '../stream/deferred.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { type Call, callStream } from './call-stream.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

interface Event {
  readonly type: string;
  readonly text?: string;
}

const event = (text: string): Event => ({ type: 'text', text });
const usage: Event = { type: 'usage' };
const never = new Promise<never>(() => {});

/** A call with this body, and an account of it: what was done to what it opened, and when. */
function setUp(body: (call: Call, account: string[]) => AsyncGenerator<Event, void, void>) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const { signal } = controller;
  const account: string[] = [];
  const stream = callStream({ signal, clock }, (call) => body(call, account));
  return {
    clock,
    account,
    stream,
    iterator: () => stream[Symbol.asyncIterator](),
    abort: () => controller.abort(new AbortError()),
    listeners: () => getEventListeners(signal, 'abort').length,
  };
}

async function readAll(stream: AsyncIterable<Event>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, text } of stream) seen.push(text ?? type);
  return seen;
}

/** Something that is open until it is closed. */
const resource = (name: string, account: string[]): Disposable => ({ [Symbol.dispose]: () => void account.push(`close ${name}`) });
const asyncResource = (name: string, account: string[]): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    account.push(`close ${name}`);
  },
});

describe('a call that works', () => {
  test('starts with the first read, gives its events in order, and closes what it opened in the reverse order', async () => {
    const { stream, account, listeners, clock } = setUp(async function* (call, seen) {
      seen.push('start');
      await call.open(resource('first', seen));
      await call.open(Promise.resolve(asyncResource('second', seen)));
      yield event('one');
      yield event('two');
    });
    const iterator = stream[Symbol.asyncIterator]();
    await new Promise(setImmediate);
    expect([account, listeners()]).toEqual([[], 0]);
    expect(await iterator.next()).toEqual({ done: false, value: event('one') });
    expect(listeners()).toBe(1);
    await iterator.next();
    expect(account).toEqual(['start']);
    expect([await iterator.next(), await iterator.next()]).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect([account, listeners()]).toEqual([['start', 'close second', 'close first'], 0]);
    clock.assertIdle();
  });

  test('does not fire the signal that it gave', async () => {
    const signals: AbortSignal[] = [];
    const { stream } = setUp(async function* (call) {
      signals.push(call.signal);
      yield event('one');
    });
    await readAll(stream);
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  });

  test('has one reader', async () => {
    const { stream, iterator } = setUp(async function* () {
      yield await never;
    });
    const first = iterator();
    expect(() => stream[Symbol.asyncIterator]()).toThrow('is read once');
    void first.next();
    expect(() => first.next()).toThrow('has one reader');
    await first.return?.();
  });
});

describe('a call that fails', () => {
  test('closes what it opened, then the error reaches the reader', async () => {
    const { stream, account, listeners } = setUp(async function* (call, seen) {
      await call.open(resource('socket', seen));
      yield event('one');
      throw new Error('broken');
    });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next().catch((error: Error) => account.push(error.message));
    expect(account).toEqual(['close socket', 'broken']);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(listeners()).toBe(0);
  });

  test('before it has begun, as a body that is no generator function may, leaves nothing behind', async () => {
    const { iterator, listeners } = setUp(() => {
      throw new Error('not even begun');
    });
    const reader = iterator();
    await expect(reader.next()).rejects.toThrow('not even begun');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(listeners()).toBe(0);
  });

  test('to open something fails like that', async () => {
    const { stream, account } = setUp(async function* (call, seen) {
      await call.open(resource('first', seen));
      await call.open(Promise.reject(new Error('refused')));
      yield event('never');
    });
    await expect(readAll(stream)).rejects.toThrow('refused');
    expect(account).toEqual(['close first']);
  });

  test('to close something fails alone: the rest is closed and the stream ends well', async () => {
    const { stream, account } = setUp(async function* (call, seen) {
      await call.open(resource('first', seen));
      await call.open({
        [Symbol.dispose]() {
          throw new Error('cannot close');
        },
      });
      await call.open({ [Symbol.asyncDispose]: () => Promise.reject(new Error('cannot close')) });
      yield event('one');
    });
    expect(await readAll(stream)).toEqual(['one']);
    expect(account).toEqual(['close first']);
  });
});

describe('an abort', () => {
  test('before the first read ends the stream without starting the body', async () => {
    const { stream, account, abort, listeners, clock } = setUp(async function* (_call, seen) {
      seen.push('start');
      yield event('one');
    });
    abort();
    expect(await readAll(stream)).toEqual([]);
    expect([account, listeners()]).toEqual([[], 0]);
    clock.assertIdle();
  });

  test('during a wait closes what was opened at once, and the stream ends when the body does', async () => {
    const { stream, account, abort, listeners, clock } = setUp(async function* (call, seen) {
      await call.open(resource('socket', seen));
      yield event('one');
      await sleep(60_000, { clock, signal: call.signal });
    });
    const reading = readAll(stream);
    clock.after(100, () => {
      abort();
      account.push('aborted');
    });
    expect(await clock.runUntil(reading)).toEqual(['one']);
    expect([account, clock.now(), listeners()]).toEqual([['close socket', 'aborted'], 100, 0]);
    clock.assertIdle();
  });

  test('ends the stream after 50 ms if the body takes no notice', async () => {
    const { stream, abort, listeners, clock } = setUp(async function* () {
      yield event('one');
      await never;
    });
    const reading = readAll(stream);
    clock.after(100, abort);
    expect(await clock.runUntil(reading)).toEqual(['one']);
    expect([clock.now(), listeners()]).toEqual([150, 0]);
    clock.assertIdle();
  });

  test('while the body is parked at yield and nobody reads closes what was opened at once, and runs its finally within 50 ms', async () => {
    const { iterator, account, abort, listeners, clock } = setUp(async function* (call, seen) {
      await call.open(resource('socket', seen));
      try {
        yield event('one');
        yield event('two');
      } finally {
        seen.push(`finally at ${clock.now()}`);
      }
    });
    const reader = iterator();
    await reader.next();
    await clock.advance(100);
    abort();
    expect(account).toEqual(['close socket']);
    await clock.advance(50);
    expect([account, listeners()]).toEqual([['close socket', 'finally at 150'], 0]);
    clock.assertIdle();
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test('lets one last usage pass, also to a reader who was busy meanwhile, and nothing else', async () => {
    const { iterator, abort, clock } = setUp(async function* () {
      yield event('one');
      yield event('too late');
      yield { type: 'response-metadata' };
      yield usage;
      yield usage;
    });
    const reader = iterator();
    await reader.next();
    abort();
    await clock.advance(49);
    expect(await reader.next()).toEqual({ done: false, value: usage });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    clock.assertIdle();
  });

  test('lets the usage pass that the body gives when it is told to stop', async () => {
    const { stream, abort, clock } = setUp(async function* (call) {
      yield event('one');
      await sleep(60_000, { clock, signal: call.signal }).catch(() => {});
      yield event('too late');
      yield usage;
    });
    const reading = readAll(stream);
    clock.after(100, abort);
    expect(await clock.runUntil(reading)).toEqual(['one', 'usage']);
    clock.assertIdle();
  });

  test('makes a failure that follows from it a quiet end', async () => {
    const { stream, abort, clock } = setUp(async function* (call) {
      yield event('one');
      await sleep(60_000, { clock, signal: call.signal }).catch(() => {
        throw new TypeError('the socket is closed');
      });
    });
    const reading = readAll(stream);
    clock.after(100, abort);
    expect(await clock.runUntil(reading)).toEqual(['one']);
  });

  test('does not let a body that never waits stop the process', async () => {
    const { stream, abort, clock } = setUp(async function* () {
      for (;;) yield event('again');
    });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    abort();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    clock.assertIdle();
  });

  test('twice is once', async () => {
    const { iterator, account, abort, clock } = setUp(async function* (call, seen) {
      await call.open(resource('socket', seen));
      yield event('one');
    });
    const reader = iterator();
    await reader.next();
    abort();
    abort();
    await reader.return?.();
    abort();
    await clock.advance(100);
    expect(account).toEqual(['close socket']);
    clock.assertIdle();
  });

  test('after the end does nothing', async () => {
    const { stream, account, abort, clock } = setUp(async function* (call, seen) {
      await call.open(resource('socket', seen));
      yield event('one');
    });
    await readAll(stream);
    abort();
    expect(account).toEqual(['close socket']);
    clock.assertIdle();
  });
});

describe('what arrives late', () => {
  test('is closed as soon as it is there: after an abort', async () => {
    const connecting = createDeferred<Disposable>();
    const { stream, account, abort, clock } = setUp(async function* (call) {
      await call.open(connecting.promise);
      yield event('never');
    });
    const reading = readAll(stream);
    clock.after(100, abort);
    clock.after(120, () => connecting.resolve(resource('socket', account)));
    expect(await clock.runUntil(reading)).toEqual([]);
    expect(account).toEqual(['close socket']);
  });

  test('is closed as soon as it is there: after the stream has ended', async () => {
    const connecting = createDeferred<AsyncDisposable>();
    const { iterator, account, clock } = setUp(async function* (call) {
      await call.open(connecting.promise);
      yield event('never');
    });
    const reader = iterator();
    const reading = reader.next();
    await reader.return?.();
    expect(await reading).toEqual({ done: true, value: undefined });
    connecting.resolve(asyncResource('socket', account));
    await clock.advance(0);
    expect(account).toEqual(['close socket']);
  });
});

describe('a reader who leaves', () => {
  test('closes everything, fires the signal, and runs the body’s finally', async () => {
    const { stream, account, listeners, clock } = setUp(async function* (call, seen) {
      await call.open(resource('socket', seen));
      call.signal.addEventListener('abort', () => seen.push('signal'));
      try {
        yield event('one');
        yield event('two');
      } finally {
        seen.push('finally');
      }
    });
    for await (const { text } of stream) if (text === 'one') break;
    await clock.advance(0);
    expect([account, listeners()]).toEqual([['close socket', 'signal', 'finally'], 0]);
    clock.assertIdle();
  });

  test('does not hang though the body waits for something that never comes', async () => {
    const { iterator, account } = setUp(async function* (call, seen) {
      await call.open(resource('socket', seen));
      yield await never;
    });
    const reader = iterator();
    const reading = reader.next();
    await new Promise(setImmediate);
    expect(await reader.return?.()).toEqual({ done: true, value: undefined });
    expect(await reading).toEqual({ done: true, value: undefined });
    expect(account).toEqual(['close socket']);
  });

  test('before the first read starts nothing', async () => {
    const { iterator, account, listeners } = setUp(async function* (_call, seen) {
      seen.push('start');
      yield event('one');
    });
    const reader = iterator();
    await reader.return?.();
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect([account, listeners()]).toEqual([[], 0]);
  });
});

test('ten thousand calls of one signal, ended, failed and aborted, leave no listener and no memory behind', async () => {
  const clock = new VirtualClock();
  const session = new AbortController();
  const broken = new Error('broken');
  const abortReason = new AbortError();
  const round = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const call = new AbortController();
      const signal = index % 3 === 2 ? call.signal : session.signal;
      const stream = callStream({ signal, clock }, async function* (opened) {
        await opened.open({ [Symbol.dispose]: () => {} });
        yield event('one');
        if (index % 3 === 1) throw broken;
        if (index % 3 === 2) call.abort(abortReason);
      });
      await readAll(stream).catch(() => {});
    }
    await clock.runUntilIdle();
    collectGarbage();
  };
  await round(500);
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 10; count += 1) await round(1000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000);
  expect(getEventListeners(session.signal, 'abort')).toEqual([]);
});
