import type { ChatItem } from '../provider/chat-item.js';

/**
 * Something the agent says, or is about to say. Awaiting it waits until it is over (played out, or interrupted), and rejects if it could
 * not be generated.
 */
export interface SpeechHandle extends PromiseLike<void> {
  readonly id: string;
  readonly interrupted: boolean;
  readonly isDone: boolean;
  /** May be changed while it lasts. */
  allowInterruptions: boolean;
  /** What it has put into the history so far. */
  readonly chatItems: readonly ChatItem[];
  /**
   * Ends it. Does nothing if it is over.
   *
   * @throws {Error} It does not allow interruptions, and `force` is not set.
   */
  interrupt(options?: { readonly force?: boolean }): void;
  /** Settles when the speech's present reply has been played out or cut; at once if nothing is being said. Never rejects. */
  waitForPlayout(): Promise<void>;
}
