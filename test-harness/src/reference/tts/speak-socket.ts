import type { APIError, Clock } from '@parley/core/provider';
import { Channel, closeError, KeepAlive, type Socket } from '@parley/core/provider-kit';
import { protocolError, provider } from '../reference-error.js';
import { type Fields, readFields } from '../read-fields.js';

/** What a context is told: by the vendor, and by its own input. */
export type ContextMessage = { readonly type: 'vendor'; readonly fields: Fields } | { readonly type: 'input' };

/** Bytes of base64 that wait for a reader who is slow: 30 s of audio at 48 kHz. */
const mostWaitingCharacters = 4_000_000;
const mostWaitingMessages = 1_000_000;

/** One socket of the invented vendor, shared by the contexts on it. A slow one holds up no other. */
export class SpeakSocket implements Disposable {
  readonly #socket: Socket;
  readonly #options: { readonly secrets: readonly string[]; readonly fallsOverMalformed: boolean };
  readonly #contexts = new Map<string, SpeakContext>();
  #opened = 0;
  #isClosed = false;

  /** @param options `secrets`: what must not stand in a message. */
  constructor(socket: Socket, options: { readonly secrets: readonly string[]; readonly fallsOverMalformed: boolean }) {
    this.#socket = socket;
    this.#options = options;
    void this.#readAll();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get requestId(): string | undefined {
    return this.#socket.requestId;
  }

  open(settings: object, options: { readonly clock: Clock; readonly keepAliveMs: number }): SpeakContext {
    this.#opened += 1;
    const name = `context-${this.#opened}`;
    const context = new SpeakContext({
      ...options,
      send: (message) => this.#socket.send(JSON.stringify({ ...message, context: name })),
      onClosed: () => this.#contexts.delete(name),
    });
    this.#contexts.set(name, context);
    context.send({ type: 'open', ...settings });
    return context;
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  /** Never rejects. */
  async #readAll(): Promise<void> {
    for await (const message of this.#socket.messages) this.#take(message);
    this.#isClosed = true;
    const error = closeError(await this.#socket.closed, { provider, secrets: this.#options.secrets });
    for (const context of this.#contexts.values()) context.messages.fail(error);
  }

  /** Whose it is cannot be told of what cannot be read: it is passed over. */
  #take(message: string | Uint8Array): void {
    if (typeof message !== 'string') return;
    try {
      const fields = readFields(message);
      this.#contexts.get(fields.text('context'))?.take(fields, message.length);
    } catch {
      if (!this.#options.fallsOverMalformed) return;
      for (const context of this.#contexts.values()) context.messages.fail(new SyntaxError('Unexpected end of JSON input'));
    }
  }
}

export interface ContextOptions {
  readonly clock: Clock;
  readonly keepAliveMs: number;
  readonly send: (message: object) => void;
  readonly onClosed: () => void;
}

/** One utterance on a shared socket: the state of a call. */
export class SpeakContext implements Disposable {
  readonly messages = new Channel<ContextMessage>({ capacity: mostWaitingMessages });
  readonly #options: ContextOptions;
  readonly #keepAlive: KeepAlive;
  #waitingCharacters = 0;
  #isOver = false;

  constructor(options: ContextOptions) {
    this.#options = options;
    const { clock, keepAliveMs } = options;
    this.#keepAlive = new KeepAlive({ clock, intervalMs: keepAliveMs, send: () => this.send({ type: 'alive' }) });
  }

  send(message: object): void {
    if (this.#isOver) return;
    this.#keepAlive.touch();
    this.#options.send(message);
  }

  take(fields: Fields, length: number): void {
    this.#waitingCharacters = this.messages.size === 0 ? length : this.#waitingCharacters + length;
    if (this.#waitingCharacters <= mostWaitingCharacters) return void this.messages.push({ type: 'vendor', fields });
    this.messages.fail(tooSlow());
    this[Symbol.dispose]();
  }

  /** All was said. */
  finish(): void {
    this.send({ type: 'end' });
    this.#close();
  }

  /** What is under way is thrown away, unless all was said. */
  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.send({ type: 'cancel' });
    this.#close();
    this.messages.cancel();
  }

  #close(): void {
    this.#isOver = true;
    this.#keepAlive[Symbol.dispose]();
    this.#options.onClosed();
  }
}

const tooSlow = (): APIError => protocolError('more than 30 s of audio wait to be read: read faster, or ask for less at a time');
