import { setImmediate } from 'node:timers/promises';
import { shown } from '../rules/violation.js';
import type { Outcome } from './verdict.js';

/** Failures that nobody handles, while it is there: a plugin that leaves one would end its application. */
export class Strays implements Disposable {
  readonly #seen: string[] = [];
  readonly #see = (error: unknown) => void this.#seen.push(error instanceof Error ? `${error.name}: ${error.message}` : shown(error));

  constructor() {
    process.on('unhandledRejection', this.#see);
    process.on('uncaughtException', this.#see);
  }

  async outcome(): Promise<Outcome | undefined> {
    await setImmediate();
    await setImmediate();
    const [first] = this.#seen;
    if (first === undefined) return undefined;
    return { outcome: 'failed', message: `a failure was left that nobody handles, and that would end the process: ${first}` };
  }

  [Symbol.dispose](): void {
    process.off('unhandledRejection', this.#see);
    process.off('uncaughtException', this.#see);
  }
}
