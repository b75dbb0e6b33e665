import type { STTEvent, STTSettings } from '@parley/core/provider';
import type { SentAudio } from '@parley/core/provider-kit';
import type { VendorMessage } from './read-message.js';

/** How one generation of the vendor's models is spoken to in one call: holds what was heard so far. */
export interface ListenDialect {
  /** With the query. */
  readonly url: string;
  /** The vendor's id of the call, once a message has told it. */
  readonly requestId: string | undefined;
  /** What to send where there is no audio for so long. */
  readonly pause: { readonly afterMs: number; readonly fill: (audio: SentAudio) => string | Uint8Array };
  /** Has what there is made final. */
  readonly flushMessage: object;
  /** @throws {APIError} kind `unsupported`: that cannot change. Undefined: there is nothing to change. */
  updateMessage(settings: STTSettings): object | undefined;
  /**
   * What a message says; nothing if it is of no known type.
   *
   * @throws {APIError} It is of a known type, and not what that has to be; or it tells of an error.
   */
  read(message: VendorMessage, audio: SentAudio): Iterable<STTEvent>;
  /** A message that ends all: nothing comes after it, if no more audio does. */
  isLast(message: VendorMessage): boolean;
  /** There is no such message: that it closes in order says so. */
  readonly endsByClosing: boolean;
  /** What is still open when the vendor has ended in order. */
  finish(audio: SentAudio): Iterable<STTEvent>;
}

/** The vendor counts in seconds. */
export const toMs = (seconds: number): number => Math.round(seconds * 1000);
