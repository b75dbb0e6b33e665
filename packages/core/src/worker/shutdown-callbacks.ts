import type { Clock } from '../provider/clock.js';
import type { Logger } from '../provider/logger.js';
import { withDeadline } from '../stream/deadline.js';
import { errorText } from './error-text.js';

const defaultTimeoutMs = 10_000;

interface Callback {
  readonly call: (reason: string) => unknown;
  readonly timeoutMs: number;
}

/** What a job has to do at its end, one after the other, in the order given. */
export class ShutdownCallbacks {
  readonly #waiting: Callback[] = [];

  /** @throws {TypeError} It is no function, or the time is none. */
  add(call: (reason: string) => unknown, timeoutMs = defaultTimeoutMs): void {
    if (typeof call !== 'function') throw new TypeError('addShutdownCallback: give a function');
    if (!(timeoutMs > 0)) throw new TypeError(`addShutdownCallback: "timeoutMs" is ${timeoutMs}; it must be more than 0`);
    this.#waiting.push({ call, timeoutMs });
  }

  /** Calls all of them, those added meanwhile too. Never rejects: one that fails or takes too long is told in the log. */
  async run(reason: string, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }): Promise<void> {
    for (let callback = this.#waiting.shift(); callback !== undefined; callback = this.#waiting.shift()) {
      const { call, timeoutMs } = callback;
      const onTimeout = () => new Error(`it took more than ${timeoutMs} ms`);
      // In a function of its own, so that one that throws at once rejects like any other.
      const called = (async () => call(reason))();
      await withDeadline(called, { clock, timeoutMs, onTimeout }).catch((error: unknown) =>
        logger.log('error', 'a shutdown callback failed; the others are called all the same', { error: errorText(error) }),
      );
    }
  }
}
