import { afterAll } from 'vitest';
import { leftBehind, type OpenThings, watchOpenThings } from './open-things.js';

/** How long a test file may take to let go of what it closed last: a worker's end or a socket's takes a few turns of the loop. */
const settleMs = 3_000;
const pauseMs = 10;

// Taken before a test can put a fake in their place.
const { setTimeout: startTimer } = globalThis;
const now = performance.now.bind(performance);

/** One watch for all test files that share a process: each would listen to the process anew. */
const key = Symbol.for('parley.leak-check');
const observe = watchOnce();
const before = observe();

// Set up first, so run last: after the file's own hooks.
afterAll(async () => {
  const rest = await waitUntilSettled();
  if (rest.length > 0) throw new Error(`this test file leaves behind:\n${rest.map((line) => `  ${line}`).join('\n')}`);
}, settleMs * 3);

function watchOnce(): () => OpenThings {
  const known: unknown = Reflect.get(globalThis, key);
  if (isObserver(known)) return known;
  const made = watchOpenThings();
  Reflect.set(globalThis, key, made);
  return made;
}

function isObserver(value: unknown): value is () => OpenThings {
  return typeof value === 'function';
}

async function waitUntilSettled(): Promise<OpenThings> {
  const startedAt = now();
  for (;;) {
    // At least one turn of the loop, so that a rejection nobody handles is seen while this file still runs.
    await new Promise<void>((resolve) => {
      startTimer(resolve, pauseMs);
    });
    const rest = leftBehind(before, observe());
    if (rest.length === 0 || now() - startedAt > settleMs) return rest;
  }
}
