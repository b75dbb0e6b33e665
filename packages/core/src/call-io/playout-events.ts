import type { PlayoutEvent } from '../provider/audio-output.js';
import { Channel } from '../stream/channel.js';

/** Unread events from which on progress is left out: what comes later says more. */
const enoughUnread = 8;
/** Unread events from which on the writer of audio is to wait. */
const mostUnread = 256;

/**
 * The events of an output, for one reader. `started` and `finished` all reach it; of `progress` a slow reader misses some. It is bounded by
 * its writer: while `full` is a promise, begin no new segment.
 */
export class PlayoutEvents {
  readonly #channel = new Channel<PlayoutEvent>({ capacity: mostUnread });
  #full: Promise<void> | undefined;

  get stream(): AsyncIterable<PlayoutEvent> {
    return this.#channel;
  }

  /** Settles when the reader has caught up; nothing if it has. */
  get full(): Promise<void> | undefined {
    return this.#channel.isFull ? this.#full : undefined;
  }

  push(event: PlayoutEvent): void {
    if (event.type === 'progress' && this.#channel.size >= enoughUnread) return;
    this.#full = this.#channel.push(event) ?? this.#full;
  }

  /** The reader gets what is there, then the end. */
  end(): void {
    this.#channel.end();
  }

  /** The reader gets what is there, then the error. */
  fail(error: unknown): void {
    this.#channel.fail(error);
  }
}
