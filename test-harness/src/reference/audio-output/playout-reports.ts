import type { PlayoutEvent } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';

/** Unread events from which on `progress` is left out: what comes later says more. */
const enoughUnread = 8;
/** Unread events from which on writers wait. */
const mostUnread = 200;

/** What an output reports, for one reader; bounded by its writers, who wait while it is `full`. */
export class PlayoutReports {
  readonly #channel = new Channel<PlayoutEvent>({ capacity: mostUnread });
  #full: Promise<void> | undefined;

  get stream(): AsyncIterable<PlayoutEvent> {
    return this.#channel;
  }

  get full(): Promise<void> | undefined {
    return this.#channel.isFull ? this.#full : undefined;
  }

  push(event: PlayoutEvent): void {
    if (event.type === 'progress' && this.#channel.size >= enoughUnread) return;
    this.#full = this.#channel.push(event) ?? this.#full;
  }

  end(): void {
    this.#channel.end();
  }

  fail(error: unknown): void {
    this.#channel.fail(error);
  }
}
