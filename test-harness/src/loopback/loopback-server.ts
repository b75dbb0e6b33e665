import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createExchange } from './http-exchange.js';
import { LoopbackRecorder, type LoopbackRecord } from './loopback-record.js';
import { makeCertificate } from './make-certificate.js';
import type { VendorConnection } from './vendor-connection.js';
import { createVendorSocket } from './vendor-web-socket.js';

export interface LoopbackOptions {
  /** With a certificate made now, for `localhost` and 127.0.0.1; which nobody trusts who is not told to. Default false. */
  readonly tls?: boolean | undefined;
  /** Plays the vendor on one connection. What it throws is kept in the record, and the connection is ended with an error. */
  readonly serve: (connection: VendorConnection) => void | Promise<void>;
}

/** A vendor on this machine, for as long as it is open. */
export interface LoopbackServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:1234`, without a path. */
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly record: LoopbackRecord;
  /** With TLS: what a client has to trust, as PEM. */
  readonly certificate?: string;
  /** Breaks what is open, and settles when all is closed. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1, and has each request and each WebSocket served. */
export async function startLoopbackServer({ tls = false, serve }: LoopbackOptions): Promise<LoopbackServer> {
  const recorder = new LoopbackRecorder();
  const sockets = new Set<Socket>();
  const certificate = tls ? await makeCertificate() : undefined;
  const play = (connection: VendorConnection) => void playOut(connection, serve, recorder);
  const onRequest: RequestListener = (message, response) => {
    const exchange = createExchange(message, response);
    recorder.requested({ type: 'http', ...parts(exchange, message.url) });
    play(exchange);
  };
  const server =
    certificate === undefined ? createServer(onRequest) : createSecureServer({ cert: certificate.cert, key: certificate.key }, onRequest);
  server.on(certificate === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    recorder.connected();
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      recorder.disconnected();
      sockets.delete(socket);
    });
  });
  server.on('upgrade', (message, stream, head) => {
    const socket = createVendorSocket({ message, stream, head }, recorder);
    recorder.requested({ type: 'websocket', ...parts(socket, message.url) });
    play(socket);
  });
  // A client that does not trust the certificate is a test's business.
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = addressOf(server.address());
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  return {
    httpUrl: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    wsUrl: `${tls ? 'wss' : 'ws'}://127.0.0.1:${port}`,
    record: recorder,
    ...(certificate === undefined ? {} : { certificate: certificate.cert }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Never rejects. */
async function playOut(connection: VendorConnection, serve: LoopbackOptions['serve'], recorder: LoopbackRecorder): Promise<void> {
  try {
    await serve(connection);
  } catch (error) {
    if (connection.closed.aborted) return;
    recorder.failed(error);
    fail(connection);
  }
}

function parts({ request }: VendorConnection, url = '') {
  const { method, path, headers } = request;
  const mark = url.indexOf('?');
  return { method, path, headers, query: mark === -1 ? '' : url.slice(mark) };
}

/** As a server does in which something has gone wrong. */
function fail(connection: VendorConnection): void {
  if (connection.type === 'websocket') return connection.close(1011, 'the vendor failed');
  try {
    connection.respond(500, { 'content-type': 'text/plain' });
    connection.end();
  } catch {
    // It had begun to answer.
    connection.destroy();
  }
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new TypeError('the loopback server listens on no port');
  return address;
}
