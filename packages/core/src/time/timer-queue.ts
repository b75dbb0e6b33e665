/** A timer that was set and has not fired. */
export interface Timer {
  readonly atMs: number;
  /** Decides between timers due at the same instant: the one set first fires first. */
  readonly sequence: number;
  readonly callback: () => void;
  /** Where it was set, for the account of a timer left over, if that is noted. */
  readonly origin: Error | undefined;
  /** Its place in the queue, kept by the queue; -1 once it is out. */
  place: number;
}

/** Timers, the next one due first. A binary heap: a load test has many thousand at once, and most are cancelled before they fire. */
export class TimerQueue {
  readonly #heap: Timer[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The next one due. */
  get first(): Timer | undefined {
    return this.#heap[0];
  }

  add(timer: Timer): void {
    this.#put(timer, this.#heap.length);
    this.#rise(timer);
  }

  /** Takes it out; nothing happens if it is out already. */
  remove(timer: Timer): void {
    if (timer.place < 0) return;
    const last = this.#heap.pop();
    if (last !== undefined && last !== timer) {
      this.#put(last, timer.place);
      this.#rise(last);
      this.#sink(last);
    }
    timer.place = -1;
  }

  #put(timer: Timer, place: number): void {
    timer.place = place;
    this.#heap[place] = timer;
  }

  #rise(timer: Timer): void {
    while (timer.place > 0) {
      const parent = this.#heap[(timer.place - 1) >> 1];
      if (parent === undefined || !isBefore(timer, parent)) return;
      this.#swap(timer, parent);
    }
  }

  #sink(timer: Timer): void {
    for (let child = this.#firstChild(timer); child !== undefined; child = this.#firstChild(timer)) {
      if (!isBefore(child, timer)) return;
      this.#swap(child, timer);
    }
  }

  /** Of its two children the one that is due first. */
  #firstChild(timer: Timer): Timer | undefined {
    const left = this.#heap[timer.place * 2 + 1];
    const right = this.#heap[timer.place * 2 + 2];
    return left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
  }

  #swap(one: Timer, other: Timer): void {
    const { place } = one;
    this.#put(one, other.place);
    this.#put(other, place);
  }
}

const isBefore = (one: Timer, other: Timer): boolean => one.atMs < other.atMs || (one.atMs === other.atMs && one.sequence < other.sequence);
