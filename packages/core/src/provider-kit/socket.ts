import type { WebSocket } from 'ws';
import type { IncomingMessage } from 'node:http';
import type { Socket as Connection } from 'node:net';
import { APIConnectionError, APIError, APIStatusError, APITimeoutError } from '../provider/api-error.js';
import type { Clock } from '../provider/clock.js';
import { Channel } from '../stream/channel.js';
import { createDeferred } from '../stream/deferred.js';
import { holdClock } from '../time/hold-clock.js';
import type { SocketClose } from './close-error.js';
import { redact } from './redact.js';
import { retryAfterMs } from './retry-after.js';

const defaultConnectMs = 5000;
/** Larger than any vendor's message: base64 of a minute of audio is 4 MB. */
const largestBytes = 16 * 1024 * 1024;
/** What waits to be sent beyond this is no call any more: 30 s of audio at 48 kHz are 3 MB. */
const mostWaitingBytes = 32 * 1024 * 1024;
/** Messages that wait to be read before the sender is held up. */
const mostWaiting = 64;

export interface SocketOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Fires: the socket is closed, or not opened. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** For errors. */
  readonly provider: string;
  /** Default 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** The name of the response's header that holds the vendor's id of the request, in lower case. */
  readonly requestIdHeader?: string | undefined;
  /** What must not stand in a message, the key for instance. */
  readonly secrets?: readonly string[] | undefined;
  /** PEM, for a server of one's own. */
  readonly certificate?: string | undefined;
  /** A larger message closes the socket (1009). Default 16 MiB; more where several calls share the socket, which one message must not end. */
  readonly largestMessageBytes?: number | undefined;
  /** Called for each ping of the other side, which is answered by itself: of a server that pings, silence means that it is gone. */
  readonly onPing?: (() => void) | undefined;
}

/** A WebSocket of a plugin. Closed by its signal, or by disposing of it. */
export interface Socket extends Disposable {
  /** What comes, each once, in order; ends when the socket is closed, however that came about. One reader; a slow one holds the sender up. */
  readonly messages: AsyncIterable<string | Uint8Array>;
  /** Of the answer to the handshake, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The vendor's, by `requestIdHeader`. */
  readonly requestId: string | undefined;
  /** Settles when it is closed; never rejects. */
  readonly closed: Promise<SocketClose>;
  /** What is sent on a closed socket goes nowhere: `closed` says so. */
  send(message: string | Uint8Array): void;
  /** Default code 1000. */
  close(code?: number, reason?: string): void;
  /** Does not keep the process running by being open: for one that waits in a pool. */
  unref(): void;
  /** Keeps the process running again, as it does from the beginning. */
  ref(): void;
}

/**
 * Opens a WebSocket, within a deadline.
 *
 * @throws {APIStatusError} The handshake was answered with another status, which it holds, and `retryAfterMs` if the vendor said so.
 * @throws {APITimeoutError} There was no answer in time.
 * @throws {APIConnectionError} There was no connection.
 * @throws {APIError} The address is none, or a header cannot be sent: kind `invalid-request`.
 * @throws The signal's reason, once it has fired.
 */
export async function openSocket(options: SocketOptions): Promise<Socket> {
  const { signal, clock } = options;
  signal.throwIfAborted();
  // Loaded with the first socket, so that a plugin without one does not pay for it.
  const { WebSocket } = await holdClock(clock, () => import('ws'));
  signal.throwIfAborted();
  return connected(makeSocket(WebSocket, options), options);
}

function makeSocket(Client: typeof WebSocket, { url, headers = {}, certificate, largestMessageBytes, provider }: SocketOptions): WebSocket {
  try {
    return new Client(url, {
      headers,
      perMessageDeflate: false,
      maxPayload: largestMessageBytes ?? largestBytes,
      ...(certificate === undefined ? {} : { ca: certificate }),
    });
  } catch {
    // What it says quotes the address.
    throw new APIError('the socket cannot be opened: its address is none, or a header has a character that cannot be sent', {
      kind: 'invalid-request',
      provider,
      retryable: false,
    });
  }
}

function connected(socket: WebSocket, options: SocketOptions): Promise<Socket> {
  const { signal, clock, connectTimeoutMs = defaultConnectMs, provider } = options;
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    const settle = (act: () => void) => {
      cancel();
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (error: unknown) =>
      settle(() => {
        // What comes afterwards is of no interest.
        socket.on('error', () => {});
        socket.terminate();
        reject(error);
      });
    const onAbort = () => fail(signal.reason);
    const onTimeout = () => fail(new APITimeoutError(`the socket was not opened within ${connectTimeoutMs} ms`, { provider }));
    const cancel = clock.after(connectTimeoutMs, onTimeout);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('upgrade', (message) => (response = message));
    socket.once('unexpected-response', (_request, message) => {
      message.resume();
      fail(statusError(message, options));
    });
    socket.once('error', (error) => fail(connectionError(error, options)));
    socket.once('open', () => settle(() => resolve(new OpenSocket(socket, { ...options, response }))));
  });
}

function statusError(message: IncomingMessage, { provider, clock, requestIdHeader }: SocketOptions): APIError {
  const header = headerOf(message);
  const waitMs = retryAfterMs(header, clock);
  const requestId = requestIdHeader === undefined ? undefined : header(requestIdHeader);
  const status = message.statusCode ?? 0;
  return new APIStatusError(`the socket was refused with status ${status}`, {
    provider,
    status,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

const headerOf =
  ({ headers }: IncomingMessage) =>
  (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };

const connectionError = (error: Error, { provider, secrets = [] }: Pick<SocketOptions, 'provider' | 'secrets'>): APIError =>
  new APIConnectionError(`the socket failed: ${redact(codeOf(error) ?? error.message, secrets)}`, { provider });

const codeOf = (error: Error): string | undefined => ('code' in error && typeof error.code === 'string' ? error.code : undefined);

class OpenSocket implements Socket {
  readonly messages = new Channel<string | Uint8Array>({ capacity: mostWaiting, whenFull: 'wait' });
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string | undefined;
  readonly #socket: WebSocket;
  readonly #closed = createDeferred<SocketClose>();
  readonly #connection: Connection | undefined;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this[Symbol.dispose]();
  #failure: string | undefined;

  constructor(socket: WebSocket, options: SocketOptions & { readonly response: IncomingMessage | undefined }) {
    const { response, requestIdHeader, signal, secrets = [] } = options;
    this.#socket = socket;
    this.#connection = response?.socket;
    this.#signal = signal;
    this.headers = Object.fromEntries(
      Object.entries(response?.headers ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
    this.requestId = requestIdHeader === undefined ? undefined : this.headers[requestIdHeader];
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    if (options.onPing !== undefined) socket.on('ping', options.onPing);
    socket.on('error', (error) => (this.#failure ??= redact(codeOf(error) ?? error.message, secrets)));
    socket.once('close', (code, reason) => this.#onClose({ code, reason: this.#failure ?? reason.toString() }));
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  get closed(): Promise<SocketClose> {
    return this.#closed.promise;
  }

  send(message: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > mostWaitingBytes) {
      this.#failure ??= `${this.#socket.bufferedAmount} bytes wait to be sent: the other side does not read`;
      return this.#socket.terminate();
    }
    this.#socket.send(message);
  }

  close(code = 1000, reason = ''): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.close(code, reason);
  }

  unref(): void {
    this.#connection?.unref();
  }

  ref(): void {
    this.#connection?.ref();
  }

  /** At once: whoever disposes of it waits for nothing any more. */
  [Symbol.dispose](): void {
    this.close();
    this.#socket.terminate();
  }

  #onMessage(data: unknown, isBinary: boolean): void {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
    const room = this.messages.push(isBinary ? bytes : bytes.toString());
    if (!(room instanceof Promise)) return;
    // A slow reader holds up this socket, and nothing else.
    this.#socket.pause();
    room.then(
      () => this.#socket.resume(),
      () => {},
    );
  }

  #onClose(close: SocketClose): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.messages.end();
    this.#closed.resolve(close);
  }
}
