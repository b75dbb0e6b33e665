import { AccessToken } from 'livekit-server-sdk';
import { APIConnectionError, APIError, APITimeoutError, type Clock, type Logger } from '@parley/core/provider';
import { closeError, holdClock, KeepAlive, linkSignals, openSocket, type Socket } from '@parley/core/provider-kit';
import { withoutSecrets } from '../without-secrets.js';
import { provider, type ServerAccount } from './server-account.js';
import { readServerMessage, type ServerEvent } from './server-message.js';
import { type WorkerEvent, workerMessage } from './worker-message.js';

/** The server hangs up on a worker that has not registered for as long. */
const registrationMs = 10_000;
/** The server pings every 10 s: two of them may be lost. */
const silenceMs = 25_000;
/** For the other side to answer that it was hung up on. */
const closingMs = 1000;
/** It is looked at when the socket is opened, and never again. */
const tokenTtl = '10m';

export interface AgentConnectionOptions {
  readonly account: ServerAccount;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sent first. */
  readonly registration: WorkerEvent;
  readonly onEvent: (event: ServerEvent) => void;
}

/** One connection to the server's agent socket, from its opening to its end. */
export class AgentConnection {
  readonly #options: AgentConnectionOptions;
  readonly #link = linkSignals();
  #socket: Socket | undefined;
  #isRegistered = false;
  #isClosing = false;
  #failure: APIError | undefined;

  constructor(options: AgentConnectionOptions) {
    this.#options = options;
  }

  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  /**
   * Opens it, registers, and hands on what the server says, until it is over.
   *
   * @returns Why it is. Never rejects.
   */
  async run(): Promise<APIError> {
    try {
      const socket = await this.#open();
      return await this.#serve(socket);
    } catch (error) {
      return this.#failure ?? (error instanceof APIError ? error : this.#odd(error));
    } finally {
      this.#isRegistered = false;
      this.#link.abort();
    }
  }

  /** Into nothing if it is not open. */
  send(event: WorkerEvent): void {
    if (!this.#isClosing) this.#socket?.send(workerMessage(event));
  }

  /** Hangs up, after what was sent. Settles when the other side has seen it, or after a second; never rejects. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const socket = this.#socket;
    if (socket === undefined) return this.#link.abort();
    const cancel = this.#options.clock.after(closingMs, () => this.#link.abort());
    socket.close(1000);
    await socket.closed;
    cancel();
  }

  async #open(): Promise<Socket> {
    const { account, clock } = this.#options;
    const { apiSecret, address } = account;
    const token = await holdClock(clock, () => agentToken(account));
    // A virtual clock waits for the handshake, which it cannot see: else the deadline for it could pass on a busy machine.
    const socket = await holdClock(clock, () =>
      openSocket({
        url: address.agentUrl,
        headers: { authorization: `Bearer ${token}` },
        signal: this.#link.signal,
        clock,
        provider,
        secrets: [token, apiSecret],
        onPing: () => this.#alive?.touch(),
      }),
    );
    this.#socket = socket;
    return socket;
  }

  #alive: KeepAlive | undefined;

  async #serve(socket: Socket): Promise<APIError> {
    const { clock, registration } = this.#options;
    using alive = new KeepAlive({
      clock,
      intervalMs: silenceMs,
      send: () => this.#giveUp(`nothing was heard of the server for ${silenceMs} ms`),
    });
    this.#alive = alive;
    const cancel = clock.after(registrationMs, () => {
      if (!this.#isRegistered) this.#giveUp(`the server did not answer the registration within ${registrationMs} ms`);
    });
    try {
      this.send(registration);
      for await (const message of socket.messages) {
        alive.touch();
        if (typeof message !== 'string') this.#heard(message);
      }
    } finally {
      cancel();
    }
    return this.#failure ?? this.#closed(await socket.closed);
  }

  #heard(bytes: Uint8Array): void {
    const event = this.#read(bytes);
    if (event === undefined || this.#isClosing) return;
    // Before it nothing else is due.
    if (event.type === 'registered') this.#isRegistered = true;
    this.#options.onEvent(event);
  }

  #read(bytes: Uint8Array): ServerEvent | undefined {
    try {
      return readServerMessage(bytes);
    } catch {
      // Not what it holds: a job holds a password, an assignment a token.
      this.#options.logger.log('debug', 'a message of the LiveKit server was not understood, and left out', {
        sizeBytes: bytes.byteLength,
      });
      return undefined;
    }
  }

  #giveUp(message: string): void {
    this.#failure ??= new APITimeoutError(message, { provider });
    this.#link.abort();
  }

  /** Whatever the code: a worker comes back. */
  #closed({ code, reason }: { readonly code: number; readonly reason: string }): APIError {
    const { apiSecret } = this.#options.account;
    const { message } = closeError({ code, reason: withoutSecrets(reason, [apiSecret]) }, { provider });
    return new APIConnectionError(message.replace(`${provider}: `, ''), { provider, vendorCode: String(code) });
  }

  #odd(error: unknown): APIError {
    const { apiKey, apiSecret } = this.#options.account;
    return new APIConnectionError(`the connection failed: ${withoutSecrets(String(error), [apiSecret, apiKey])}`, { provider });
  }
}

/** @see https://docs.livekit.io/home/get-started/authentication: the grant `agent` opens the agent socket, and nothing else. */
function agentToken({ apiKey, apiSecret }: ServerAccount): Promise<string> {
  const token = new AccessToken(apiKey, apiSecret, { ttl: tokenTtl });
  token.addGrant({ agent: true });
  return token.toJwt();
}
