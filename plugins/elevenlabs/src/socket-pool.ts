import { APIConnectionError, type APIError, type Clock } from '@parley/core/provider';
import { idleTimer, openSocket, type Socket } from '@parley/core/provider-kit';
import { type ContextOwner, ContextSocket, mostContexts, type SpeechContext } from './context-socket.js';
import { provider } from './vendor-error.js';

/** The vendor hangs up after 180 s, the most that it can be asked for; we do before, so that nobody speaks into a socket that is closing. */
const idleMs = 150_000;
/** A message that is larger ends the socket, and with it all that is spoken on it. */
const largestMessageBytes = 64 * 1024 * 1024;

/** Which socket: those with the same address and headers are one as good as the other. */
export interface SocketTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

interface PooledSocket extends Disposable {
  readonly key: string;
  readonly contexts: ContextSocket;
}

interface Opening {
  readonly key: string;
  readonly ready: Promise<PooledSocket>;
  readonly controller: AbortController;
  waiting: number;
}

interface Wanted {
  readonly target: SocketTarget;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The sockets of one instance. One in use holds the process; an idle one waits for the next utterance, and does not. */
export class SocketPool {
  readonly #sockets = new Set<PooledSocket>();
  readonly #openings = new Set<Opening>();
  #isClosed = false;

  /**
   * A context on a socket that has room for one, or on a new one.
   *
   * @throws {APIError} There was no connection.
   * @throws The signal's reason.
   */
  open(wanted: Wanted & { readonly owner: ContextOwner; readonly first: Readonly<Record<string, unknown>> }): Promise<SpeechContext> {
    return this.#use(wanted, (contexts) => contexts.open(wanted.owner, wanted.first));
  }

  /** For the first utterance to find a socket. */
  prewarm(wanted: Wanted): Promise<void> {
    return this.#use(wanted, () => {});
  }

  /** At once; calls under way fail. */
  close(): void {
    this.#isClosed = true;
    for (const { controller } of this.#openings) controller.abort(closedError());
    for (const socket of this.#sockets) socket[Symbol.dispose]();
    this.#sockets.clear();
  }

  /** It is used at once when it is found: another call might take the room. */
  async #use<T>(wanted: Wanted, use: (contexts: ContextSocket) => T): Promise<T> {
    const key = JSON.stringify([wanted.target.url, wanted.target.headers]);
    for (;;) {
      wanted.signal.throwIfAborted();
      if (this.#isClosed) throw closedError();
      for (const { key: other, contexts } of this.#sockets) if (other === key && contexts.hasRoom) return use(contexts);
      const opening = [...this.#openings].find((one) => one.key === key && one.waiting < mostContexts);
      const { contexts } = await this.#waitFor(opening ?? this.#startOpening(key, wanted), wanted.signal);
      if (contexts.hasRoom) return use(contexts);
    }
  }

  #startOpening(key: string, { target, clock }: Wanted): Opening {
    const controller = new AbortController();
    const ready = openSocket({
      ...target,
      signal: controller.signal,
      clock,
      provider,
      requestIdHeader: 'request-id',
      largestMessageBytes,
    }).then((socket) => {
      this.#openings.delete(opening);
      return this.#add({ key, socket, target, clock });
    });
    const opening = { key, ready, controller, waiting: 0 };
    this.#openings.add(opening);
    // Those who wait for it hear of its failure.
    ready.catch(() => this.#openings.delete(opening));
    return opening;
  }

  /** Whoever leaves last, before it is open, takes it along: it is no opening any more that another call could wait for. */
  #waitFor(opening: Opening, signal: AbortSignal): Promise<PooledSocket> {
    opening.waiting += 1;
    const leave = () => {
      opening.waiting -= 1;
      if (opening.waiting === 0 && this.#openings.delete(opening)) opening.controller.abort(signal.reason);
    };
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        leave();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const settle = () => signal.removeEventListener('abort', onAbort);
      opening.ready.then(
        (socket) => {
          settle();
          resolve(socket);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
  }

  #add({
    key,
    socket,
    target,
    clock,
  }: {
    readonly key: string;
    readonly socket: Socket;
    readonly target: SocketTarget;
    readonly clock: Clock;
  }) {
    let cancelIdle = () => {};
    const setUsed = (isUsed: boolean) => {
      cancelIdle();
      if (isUsed) return socket.ref();
      socket.unref();
      cancelIdle = idleTimer(clock, idleMs, () => contexts.close());
    };
    const contexts = new ContextSocket({
      socket,
      secrets: target.secrets,
      onUse: setUsed,
      onClose: () => {
        cancelIdle();
        this.#sockets.delete(pooled);
      },
    });
    const pooled = {
      key,
      contexts,
      [Symbol.dispose]: () => {
        cancelIdle();
        contexts.close();
      },
    };
    this.#sockets.add(pooled);
    setUsed(false);
    return pooled;
  }
}

const closedError = (): APIError => new APIConnectionError('the instance was closed', { provider, retryable: false });
