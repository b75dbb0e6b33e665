import type { Clock } from '@parley/core/provider';
import { idleTimer, openSocket } from '@parley/core/provider-kit';
import type { DeepgramAccount } from './deepgram-account.js';
import { unsupported } from './deepgram-error.js';
import { SpeakSocket } from './speak-socket.js';

/** Kept for the next reply: longer than a turn of a conversation, and not so long that idle ones fill the account's allowance. */
const idleMs = 30_000;
const mostIdle = 8;

/** The connections of one instance. Each is used by one call at a time, and kept for the next. */
export class SpeakPool {
  /** That are open now. */
  readonly calls = new Set<Disposable>();
  readonly #account: DeepgramAccount;
  readonly #all = new Set<SpeakSocket>();
  readonly #idle = new Map<SpeakSocket, () => void>();
  /** Being cleared: idle very soon. */
  readonly #settling = new Map<SpeakSocket, Promise<void>>();
  readonly #opening = new Set<AbortController>();
  #isClosed = false;

  constructor(account: DeepgramAccount) {
    this.#account = account;
  }

  /**
   * One that is idle, else one that is about to be, which takes less than a new one; else a new one.
   *
   * @throws {APIError} It cannot be opened, or there is no key.
   */
  async take(url: string, { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock }): Promise<SpeakSocket> {
    const { key } = this.#account;
    for (;;) {
      if (this.#isClosed) throw unsupported('this instance is closed: make another');
      const idle = [...this.#idle.keys()].findLast((socket) => socket.url === url && socket.canFlush);
      if (idle !== undefined) return this.#wake(idle);
      const settling = [...this.#settling].find(([socket]) => socket.url === url && socket.canFlush)?.[1];
      if (settling === undefined) return await this.#open(url, { signal, clock, key });
      await settling;
      signal.throwIfAborted();
    }
  }

  /** Gives one back: what is under way on it is thrown away. */
  release(socket: SpeakSocket): void {
    // `close` closes it.
    if (this.#isClosed) return;
    const settling = socket.finish().then((isReady) => {
      this.#settling.delete(socket);
      if (isReady && !this.#isClosed) this.#keep(socket);
    });
    this.#settling.set(socket, settling);
  }

  /** Opens one that is kept for the first call. */
  async prewarm(url: string, options: { readonly signal: AbortSignal; readonly clock: Clock }): Promise<void> {
    if ([...this.#all].some((socket) => socket.url === url)) return;
    const socket = await this.take(url, options);
    this.#keep(socket);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const call of this.calls) call[Symbol.dispose]();
    for (const opening of this.#opening) opening.abort();
    for (const cancel of this.#idle.values()) cancel();
    this.#idle.clear();
    await Promise.all([...this.#all].map((socket) => socket.close()));
  }

  #wake(socket: SpeakSocket): SpeakSocket {
    this.#idle.get(socket)?.();
    this.#idle.delete(socket);
    return socket;
  }

  #keep(socket: SpeakSocket): void {
    if (socket.isClosed) return;
    socket.rest();
    this.#idle.set(
      socket,
      idleTimer(socket.clock, idleMs, () => this.#retire(socket)),
    );
    const [oldest] = this.#idle.keys();
    if (this.#idle.size > mostIdle && oldest !== undefined) this.#retire(oldest);
  }

  #retire(socket: SpeakSocket): void {
    // Its end is nobody's business any more.
    void this.#wake(socket).close();
  }

  async #open(
    url: string,
    { signal, clock, key }: { readonly signal: AbortSignal; readonly clock: Clock; readonly key: string },
  ): Promise<SpeakSocket> {
    // The signal is the call's, and the connection outlives the call.
    const opening = new AbortController();
    const onAbort = () => opening.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#opening.add(opening);
    try {
      const socket = await openSocket({
        url,
        headers: { authorization: `Token ${key}` },
        signal: opening.signal,
        clock,
        provider: 'deepgram',
        requestIdHeader: 'dg-request-id',
        secrets: [key],
      });
      const kept = new SpeakSocket(socket, { url, clock, secrets: [key], onClosed: (closed) => this.#forget(closed) });
      this.#all.add(kept);
      return kept;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#opening.delete(opening);
    }
  }

  #forget(socket: SpeakSocket): void {
    this.#wake(socket);
    this.#all.delete(socket);
  }
}
