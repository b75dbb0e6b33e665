import { starvedMs } from '../clock/starved-time.js';
import { owedMs } from './owed-time.js';

/** A deadline of a process in real time, put off for as long as that process was ready to run and got no processor. */
export class ProcessDeadline implements Disposable {
  readonly #pid: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(pid: number | undefined) {
    this.#pid = pid;
  }

  /** From now on; the one before is forgotten. */
  set(afterMs: number, onPassed: () => void): void {
    clearTimeout(this.#timer);
    const before = starvedMs(this.#pid);
    const wait = (forMs: number, grantedMs: number) => {
      this.#timer = setTimeout(() => {
        const owed = owedMs({ afterMs, grantedMs, starvedMs: starvedMs(this.#pid) - before });
        if (owed > 0) wait(owed, grantedMs + owed);
        else onPassed();
      }, forMs);
    };
    wait(afterMs, 0);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
