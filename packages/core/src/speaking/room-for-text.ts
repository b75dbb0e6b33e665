import { createDeferred, type Deferred } from '../stream/deferred.js';

/** Text that may wait to be spoken, in UTF-16 units: more than an hour of speech, which no reply comes near. */
export const mostTextAhead = 100_000;

/** Has whoever writes wait while there is more text than is wanted. */
export class RoomForText {
  readonly #hasRoom: () => boolean;
  #waiting: Deferred<void> | undefined;

  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom;
  }

  /** Nothing, if there is room; else a promise that settles at the first `check` that finds some. */
  wait(): Promise<void> | undefined {
    if (this.#hasRoom()) return undefined;
    this.#waiting ??= createDeferred<void>();
    return this.#waiting.promise;
  }

  /** There may be room again. */
  check(): void {
    if (this.#waiting === undefined || !this.#hasRoom()) return;
    this.#waiting.resolve();
    this.#waiting = undefined;
  }
}
