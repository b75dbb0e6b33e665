import type { CommittedTurn } from './session-effect.js';

/**
 * The user's turns on their way through a hook, one after another: a slow hook does not let a later turn overtake. A hook that waits for a
 * task would keep from the task what it needs, the next turn: so a new line begins, which lasts until the hook goes on.
 */
export class TurnLine {
  readonly before: TurnLine | undefined;
  newest: CommittedTurn | undefined;
  #end: Promise<void> = Promise.resolve();
  #length = 0;
  #isPaused = false;

  constructor(before?: TurnLine) {
    this.before = before;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Turns that wait for a task. */
  get parked(): number {
    return this.#isPaused ? this.#length : 0;
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
  }

  /** Settles when the turn is through, after those before it. */
  add(complete: () => Promise<void>): Promise<void> {
    this.#length += 1;
    this.#end = this.#end.then(complete).finally(() => {
      this.#length -= 1;
    });
    return this.#end;
  }
}
