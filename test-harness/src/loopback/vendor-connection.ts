/** What a plugin sends and gets over HTTP: one request and its answer, from the vendor's side. */
export interface HttpExchange {
  readonly type: 'http';
  readonly request: VendorRequest;
  /** Sends status and headers; once. */
  respond(status: number, headers?: Readonly<Record<string, string>>): void;
  /** Settles when the bytes were handed to the system; after `respond`, which answers 200 if it was not called. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Ends the answer as HTTP has it. */
  end(): void;
  /** Breaks the connection without an end. */
  destroy(): void;
  /** Fires when the plugin has closed its side, or the exchange is over. */
  readonly closed: AbortSignal;
}

/** A WebSocket that a plugin opens, from the vendor's side. */
export interface VendorSocket {
  readonly type: 'websocket';
  readonly request: VendorRequest;
  /** Opens it; done by the first `send` or `frames` too. */
  accept(headers?: Readonly<Record<string, string>>): void;
  /** Answers the handshake with a status other than 101. */
  refuse(status: number, headers?: Readonly<Record<string, string>>, body?: string): void;
  /** What the plugin sends, each once, in order; ends with the socket. One reader. */
  readonly frames: AsyncIterable<VendorFrame>;
  send(frame: string | Uint8Array): void;
  close(code: number, reason?: string): void;
  /** Breaks the connection without a closing handshake. */
  destroy(): void;
  /** Fires when the socket is over, whoever ended it. */
  readonly closed: AbortSignal;
}

export type VendorConnection = HttpExchange | VendorSocket;

/** A request, also the one that asks for a WebSocket. */
export interface VendorRequest {
  readonly method: string;
  /** Without the query; as sent, so that `//v1/x` is seen. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** All of the body; empty for a WebSocket. */
  body(): Promise<Uint8Array>;
}

/** One WebSocket message. */
export type VendorFrame = { readonly type: 'text'; readonly text: string } | { readonly type: 'binary'; readonly bytes: Uint8Array };
