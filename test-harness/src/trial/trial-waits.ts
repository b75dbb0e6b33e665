import { setTimeout } from 'node:timers/promises';
import { settlesWithin } from '../clock/patience.js';
import type { TrialClock } from '../clock/trial-clock.js';
import { isViolation, shown, Violation } from '../rules/violation.js';

const lookEveryMs = 2;

interface Wait<T> {
  /** A noun, for the message. */
  readonly what: string;
  readonly promise: Promise<T>;
  /** What a vendor on loopback answers takes a millisecond: so long is for a machine that does much else. */
  readonly realMs: number;
}

/** @throws {Violation} It did not settle in real time, or rejected. */
export async function settled<T>({ what, promise, realMs }: Wait<T>): Promise<T> {
  if (await settlesWithin(promise, realMs)) return outcome(what, promise);
  throw new Violation(`${what}: nothing came of it within ${realMs} ms of real time`);
}

/** @throws {Violation} It did not settle while so much time passed on the clock, or rejected. */
export async function settlesOnClock<T>(
  wait: Omit<Wait<T>, 'realMs'> & { readonly withinMs: number; readonly clock: TrialClock },
): Promise<T> {
  const { what, promise, withinMs, clock } = wait;
  let isSettled = false;
  const observe = () => {
    isSettled = true;
  };
  promise.then(observe, observe);
  const inTime = await clock.passUntil(() => isSettled, withinMs);
  if (inTime) return outcome(what, promise);
  throw new Violation(`${what}: nothing came of it while ${withinMs} ms passed on the clock that the call was given`);
}

async function outcome<T>(what: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    if (isViolation(error)) throw error;
    throw new Violation(`${what}: failed with ${shownError(error)}`);
  }
}

/** @throws {Violation} It fulfilled, or did not settle. */
export async function failureOf({ what, promise, realMs }: Wait<unknown>): Promise<unknown> {
  if (!(await settlesWithin(promise, realMs))) throw new Violation(`${what}: nothing came of it within ${realMs} ms of real time`);
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Violation(`${what}: must fail, and gave ${shown(value)}`);
}

interface Condition {
  readonly what: string;
  readonly condition: () => boolean;
  readonly realMs: number;
}

/** @throws {Violation} It never held, in real time. */
export async function holds({ what, condition, realMs }: Condition): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += lookEveryMs) {
    if (waitedMs >= realMs) throw new Violation(`${what}: not so within ${realMs} ms of real time`);
    await setTimeout(lookEveryMs);
  }
}

/** Name, message and the contract's fields, in one line. */
function shownError(error: unknown): string {
  if (!(error instanceof Error)) return shown(error);
  const kind: unknown = Reflect.get(error, 'kind');
  return `${error.name}${typeof kind === 'string' ? ` (${kind})` : ''}: ${error.message}`;
}
