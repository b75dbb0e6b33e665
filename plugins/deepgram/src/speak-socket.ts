import type { Deepgram } from '@deepgram/sdk';
import type { APIError, Clock, Logger } from '@parley/core/provider';
import { Channel, createDeferred, type Deferred, fieldOf, type Socket } from '@parley/core/provider-kit';
import { closedError, expiredError, toldError } from './deepgram-error.js';
import { codeOf, readMessage, textOf, type VendorMessage } from './read-message.js';

/** The vendor takes so many flushes in a minute and ignores the rest; a second more, for both clocks. @see https://developers.deepgram.com/docs/tts-ws-flush */
const mostFlushes = 20;
const flushWindowMs = 61_000;
/** Until the vendor has thrown away what was under way, and has answered that it is closed. */
const clearMs = 1000;
const closeMs = 1000;
/** Pieces of audio that wait for a slow reader, before the vendor is held up. */
const mostWaiting = 64;

/** `wake` means nothing but that the reader looks up. */
export type SpeakEvent = { readonly type: 'audio'; readonly bytes: Uint8Array } | { readonly type: 'flushed' | 'wake' };

type Client = Deepgram.speak.SpeakV1Text | { readonly type: 'Flush' | 'Clear' | 'Close' };

export interface SpeakSocketOptions {
  /** With the query: what is asked for stands in it. */
  readonly url: string;
  readonly clock: Clock;
  readonly secrets: readonly string[];
  /** It is closed, however that came about. */
  readonly onClosed: (socket: SpeakSocket) => void;
}

/** One connection to a voice. Used by one call at a time: what is flushed and cleared is all there is on it. */
export class SpeakSocket {
  readonly url: string;
  readonly #socket: Socket;
  readonly #options: SpeakSocketOptions;
  readonly #flushedAtMs: number[] = [];
  #use: { readonly events: Channel<SpeakEvent>; readonly logger: Logger; hasHeard: boolean } | undefined;
  #hasRested = false;
  /** Flushes that were not answered yet. */
  #pending = 0;
  #clearing: Deferred<boolean> | undefined;
  #requestId: string | undefined;
  #servedModel: string | undefined;
  #isClosed = false;

  constructor(socket: Socket, options: SpeakSocketOptions) {
    this.url = options.url;
    this.#socket = socket;
    this.#options = options;
    this.#requestId = socket.requestId;
    void this.#read();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** That of the call which opened it. */
  get clock(): Clock {
    return this.#options.clock;
  }

  get requestId(): string | undefined {
    return this.#requestId;
  }

  /** As the vendor names it, once it has. */
  get servedModel(): string | undefined {
    return this.#servedModel;
  }

  /** One more segment can be flushed now. */
  get canFlush(): boolean {
    const sinceMs = this.#options.clock.now() - flushWindowMs;
    while ((this.#flushedAtMs[0] ?? Infinity) <= sinceMs) this.#flushedAtMs.shift();
    return this.#flushedAtMs.length < mostFlushes;
  }

  /** Begins a use: what comes from now on goes there, until `finish`. Fails with what ends the connection. */
  begin(logger: Logger): Channel<SpeakEvent> {
    const events = new Channel<SpeakEvent>({ capacity: mostWaiting });
    this.#use = { events, logger, hasHeard: false };
    this.#socket.ref();
    return events;
  }

  /** It waits for its next use, and keeps no process running by that. */
  rest(): void {
    this.#hasRested = true;
    this.#socket.unref();
  }

  speak(text: string): void {
    this.#send({ type: 'Speak', text });
  }

  flush(): void {
    this.#flushedAtMs.push(this.#options.clock.now());
    this.#pending += 1;
    this.#send({ type: 'Flush' });
  }

  /**
   * Ends a use: what is still under way is thrown away. Settles when the vendor has said so, and the connection is as new; false: it is
   * closed.
   */
  finish(): Promise<boolean> {
    this.#use?.events.cancel();
    this.#use = undefined;
    if (this.#isClosed) return Promise.resolve(false);
    const clearing = createDeferred<boolean>();
    this.#clearing = clearing;
    this.#send({ type: 'Clear' });
    const cancel = this.#options.clock.after(clearMs, () => this.dispose());
    return clearing.promise.then((isCleared) => {
      cancel();
      return isCleared;
    });
  }

  /** In order: the vendor is told, and answers. Settles when it has, or does not. */
  async close(): Promise<void> {
    this.#use?.events.cancel();
    if (!this.#isClosed) {
      this.#send({ type: 'Close' });
      this.#socket.close();
    }
    const cancel = this.#options.clock.after(closeMs, () => this.dispose());
    await this.#socket.closed;
    cancel();
  }

  /** At once. */
  dispose(): void {
    this.#socket[Symbol.dispose]();
  }

  #send(message: Client): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Never rejects: whoever uses the connection hears of its end. */
  async #read(): Promise<void> {
    try {
      for await (const data of this.#socket.messages) await this.#take(data);
    } catch (error) {
      this.#use?.events.fail(error);
      this.dispose();
    }
    const failure = this.#closedError(closedError(await this.#socket.closed, this.#options.secrets));
    this.#isClosed = true;
    this.#use?.events.fail(failure);
    this.#clearing?.resolve(false);
    this.#options.onClosed(this);
  }

  async #take(data: string | Uint8Array): Promise<void> {
    const use = this.#use;
    if (use !== undefined) use.hasHeard = true;
    if (typeof data !== 'string') {
      await use?.events.push({ type: 'audio', bytes: data });
      return;
    }
    const message = readMessage(data);
    switch (message?.type) {
      case 'Flushed':
        this.#pending -= 1;
        await use?.events.push({ type: 'flushed' });
        return;
      case 'Cleared':
        this.#pending = 0;
        this.#clearing?.resolve(true);
        return;
      case 'Metadata':
        this.#requestId ??= textOf(fieldOf(message, 'request_id'));
        this.#servedModel = textOf(fieldOf(message, 'model_name'));
        return;
      case 'Warning':
        return this.#warned(message, use?.logger);
      case 'Error':
        throw toldError(codeOf(message));
      default:
      // Of a later version.
    }
  }

  /** @throws {APIError} A flush was ignored: what was to be spoken will never come. */
  #warned(message: VendorMessage, logger: Logger | undefined): void {
    const code = codeOf(message);
    logger?.log('warn', 'deepgram: the vendor warns', code === undefined ? {} : { code });
    if (this.#pending > 0 && /flush/i.test(JSON.stringify(message))) throw toldError(code);
  }

  /** One that was kept, and was given up meanwhile, is nobody's failure. */
  #closedError(error: APIError): APIError {
    const isStale = this.#hasRested && this.#use?.hasHeard === false && error.retryable;
    return isStale ? expiredError(error.vendorCode ?? 'closed') : error;
  }
}
