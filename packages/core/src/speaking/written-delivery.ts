import type { Clock } from '../provider/clock.js';
import { createDeferred } from '../stream/deferred.js';
import { mostTextAhead, RoomForText } from './room-for-text.js';
import type { Delivery, DeliveryListener, DeliveryResult, DeliveryTimes } from './delivery.js';
import type { WrittenText } from './written-text.js';

/** For a session without a voice: text is read as soon as it is written and has the floor. */
export class WrittenDelivery implements Delivery {
  readonly times: DeliveryTimes = {};
  readonly #written: WrittenText;
  readonly #clock: Clock;
  readonly #listener: DeliveryListener;
  readonly #done = createDeferred<DeliveryResult>();
  readonly #room = new RoomForText(() => this.#isAuthorised || this.#isOver || this.#written.text.length < mostTextAhead);
  #isAuthorised = false;
  #hasEnded = false;
  #isOver = false;

  constructor(options: { readonly written: WrittenText; readonly clock: Clock; readonly listener: DeliveryListener }) {
    this.#written = options.written;
    this.#clock = options.clock;
    this.#listener = options.listener;
  }

  get done(): Promise<DeliveryResult> {
    return this.#done.promise;
  }

  /** Shows the text as it stands by now; what was pushed is part of it. */
  pushText(_text: string): void {
    this.#show();
  }

  /** Until it has the floor nobody reads. */
  roomForText(): Promise<void> | undefined {
    return this.#room.wait();
  }

  flushText(): void {}

  endText(): void {
    this.#hasEnded = true;
    this.#show();
  }

  begin(): void {}

  authorise(): void {
    this.#isAuthorised = true;
    this.#room.check();
    this.#show();
  }

  hold(): void {}

  resume(): void {}

  stop(): void {
    this.#finish(false);
  }

  #show(): void {
    if (!this.#isAuthorised || this.#isOver) return;
    const { text } = this.#written;
    if (text !== '') {
      if (this.times.playoutStartedMs === undefined) {
        this.times.playoutStartedMs = this.#clock.now();
        this.#listener.onStarted();
      }
      this.#listener.onHeard(text);
    }
    if (this.#hasEnded) this.#finish(true);
  }

  #finish(complete: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#room.check();
    if (this.times.playoutStartedMs !== undefined) this.times.playoutEndedMs = this.#clock.now();
    this.#done.resolve({ playedMs: 0, complete, heardText: this.#isAuthorised ? this.#written.text.trim() : '' });
  }
}
