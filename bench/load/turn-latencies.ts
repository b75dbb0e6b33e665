/** Times from the frame that ends a turn to the reply's first frame out, of any number of callers. */
export class TurnLatencies {
  readonly fromPushMs: number[] = [];
  readonly fromDueMs: number[] = [];
  #frames = 0;
  #lateFrames = 0;

  /** Share of frames pushed more than 20 ms after they were due, 0 to 1. */
  get lateShare(): number {
    return this.#frames === 0 ? 0 : this.#lateFrames / this.#frames;
  }

  /** One caller's. `frame` is told of each frame before it is pushed, `reply` of each first frame out. */
  caller(): { readonly frame: (isDeciding: boolean, dueMs: number) => void; readonly reply: () => void } {
    let waiting: { readonly pushedMs: number; readonly dueMs: number } | undefined;
    return {
      frame: (isDeciding, dueMs) => {
        const pushedMs = performance.now();
        this.#frames += 1;
        if (pushedMs - dueMs > 20) this.#lateFrames += 1;
        if (!isDeciding) return;
        // One that was not answered is answered with this.
        waiting ??= { pushedMs, dueMs };
      },
      reply: () => {
        if (waiting === undefined) return;
        const nowMs = performance.now();
        this.fromPushMs.push(nowMs - waiting.pushedMs);
        this.fromDueMs.push(nowMs - waiting.dueMs);
        waiting = undefined;
      },
    };
  }
}
