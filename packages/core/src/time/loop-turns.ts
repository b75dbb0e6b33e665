/** Items after which is looked whether the event loop had a turn. */
const itemsPerLook = 2000;

/**
 * Finds out that a stream keeps the event loop from its turns: one that has its items ready gives them without ever letting go. Costs nothing
 * for one that waits, as nearly all do. No timer: time has nothing to do with it, and on a clock that is held none would come.
 */
export class LoopTurns {
  #items = 0;
  #isWaitingForTurn = false;

  /** Counts an item. Returns whether the loop has had no turn for too long: then the next one is to be read in `afterTurn`. */
  count(): boolean {
    this.#items += 1;
    if (this.#items % itemsPerLook !== 0) return false;
    if (this.#isWaitingForTurn) return true;
    this.#isWaitingForTurn = true;
    setImmediate(() => {
      this.#isWaitingForTurn = false;
    });
    return false;
  }

  afterTurn(goOn: () => void): void {
    setImmediate(goOn);
  }
}
