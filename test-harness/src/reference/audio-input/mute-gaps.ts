import type { Clock } from '@parley/core/provider';

/** Contract: a gap is reported while it lasts, at most so much at a time. */
const longestGapMs = 100;

/** Tells of the silence of a muted caller while it lasts. */
export class MuteGaps {
  readonly #clock: Clock;
  readonly #tell: (durationMs: number) => void;
  #toldMs: number | undefined;
  #cancel = () => {};

  constructor(clock: Clock, tell: (durationMs: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  get isMuted(): boolean {
    return this.#toldMs !== undefined;
  }

  begin(): void {
    if (this.isMuted) return;
    this.#toldMs = this.#clock.now();
    this.#wait();
  }

  end(): void {
    this.#cancel();
    this.#tellOf();
    this.#toldMs = undefined;
  }

  #wait(): void {
    this.#cancel = this.#clock.after(longestGapMs, () => {
      this.#tellOf();
      this.#wait();
    });
  }

  #tellOf(): void {
    const nowMs = this.#clock.now();
    const durationMs = nowMs - (this.#toldMs ?? nowMs);
    this.#toldMs = nowMs;
    if (durationMs > 0) this.#tell(durationMs);
  }
}
