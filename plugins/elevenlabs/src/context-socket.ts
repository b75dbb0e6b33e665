import { APIConnectionError, type APIError } from '@parley/core/provider';
import { closeError, type Socket } from '@parley/core/provider-kit';
import { readSpeechMessage, type SpeechMessage } from './speech-message.js';
import { provider, vendorFailure } from './vendor-error.js';

/** Of the vendor, per socket: one more, and it ends them all. @see https://github.com/livekit/agents-js/issues/1985 */
export const mostContexts = 5;

/** Whose context it is. */
export interface ContextOwner {
  onMessage(message: SpeechMessage): void;
  /** The context is over, before the vendor said so: the last that is heard of it. */
  onFailure(error: APIError): void;
}

/** A context: an utterance of its own among others on the same socket. */
export interface SpeechContext {
  readonly requestId: string | undefined;
  /** With the vendor's names. */
  send(message: Readonly<Record<string, unknown>>): void;
  /** No more is sent; what was flushed is still spoken. */
  finish(): void;
  /** Nothing of it is wanted any more. The vendor is told, and what it still says goes nowhere. */
  cancel(): void;
}

export interface ContextSocketOptions {
  readonly socket: Socket;
  /** What must not stand in a message. */
  readonly secrets: readonly string[];
  /** Nobody uses it any more, or somebody does. */
  readonly onUse: (isUsed: boolean) => void;
  readonly onClose: () => void;
}

/** One socket and the contexts on it. The vendor counts a context until it has said that it is final, and so do we. */
export class ContextSocket {
  readonly #socket: Socket;
  readonly #options: ContextSocketOptions;
  /** By the name of the context; without an owner where nobody listens any more. */
  readonly #owners = new Map<string, ContextOwner | undefined>();
  #count = 0;
  #isOpen = true;
  #used = 0;

  constructor(options: ContextSocketOptions) {
    this.#socket = options.socket;
    this.#options = options;
    // It never rejects: what fails is told to the owners.
    void this.#read();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get hasRoom(): boolean {
    return this.#isOpen && this.#owners.size < mostContexts;
  }

  /** @param first The message that begins it, without its name. */
  open(owner: ContextOwner, first: Readonly<Record<string, unknown>>): SpeechContext {
    this.#count += 1;
    const name = `context-${this.#count}`;
    this.#owners.set(name, owner);
    this.#used += 1;
    if (this.#used === 1) this.#options.onUse(true);
    const send = (message: Readonly<Record<string, unknown>>) => this.#socket.send(JSON.stringify({ ...message, context_id: name }));
    send(first);
    return {
      requestId: this.#socket.requestId,
      send,
      finish: () => send({ close_context: true }),
      cancel: () => {
        if (this.#owners.get(name) !== owner) return;
        send({ close_context: true });
        this.#owners.set(name, undefined);
        this.#released();
      },
    };
  }

  /** At once. */
  close(): void {
    this.#isOpen = false;
    this.#socket[Symbol.dispose]();
  }

  async #read(): Promise<void> {
    let failure: APIError | undefined;
    for await (const text of this.#socket.messages) {
      const message = typeof text === 'string' ? readSpeechMessage(text) : undefined;
      if (message === undefined) continue;
      failure = this.#take(message) ?? failure;
    }
    this.#isOpen = false;
    const close = await this.#socket.closed;
    this.#failAll(failure === undefined ? closeError(close, { provider, secrets: this.#options.secrets }) : sharedLoss());
    this.#options.onClose();
  }

  /** Gives the failure that will take the socket with it. */
  #take(message: SpeechMessage): APIError | undefined {
    const { contextId, error } = message;
    if (error !== undefined) return this.#fail(error, contextId);
    if (contextId === undefined) return undefined;
    const owner = this.#owners.get(contextId);
    if (message.isFinal === true && this.#owners.delete(contextId) && owner !== undefined) this.#released();
    owner?.onMessage(message);
    return undefined;
  }

  /** The vendor closes the socket after an error: it is used no further, and what is on it is still heard. */
  #fail(code: string, contextId: string | undefined): APIError {
    this.#isOpen = false;
    const { requestId } = this.#socket;
    const error = vendorFailure(code, requestId === undefined ? {} : { requestId });
    if (contextId === undefined) this.#failAll(error);
    else this.#drop(contextId)?.onFailure(error);
    return error;
  }

  #failAll(error: APIError): void {
    for (const name of this.#owners.keys()) this.#drop(name)?.onFailure(error);
  }

  #drop(name: string): ContextOwner | undefined {
    const owner = this.#owners.get(name);
    this.#owners.delete(name);
    if (owner !== undefined) this.#released();
    return owner;
  }

  #released(): void {
    this.#used -= 1;
    if (this.#used === 0) this.#options.onUse(false);
  }
}

const sharedLoss = (): APIError => new APIConnectionError('the vendor closed the shared socket, on account of another call', { provider });
