import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { HttpExchange, VendorRequest } from './vendor-connection.js';

/** Beyond that a request is refused: no vendor takes more. */
const largestBodyBytes = 64 * 1024 * 1024;

/** @throws {RangeError} From `body`: it is larger than 64 MiB. */
export function readRequest(message: IncomingMessage): VendorRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  let body: Promise<Uint8Array> | undefined;
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers: plainHeaders(message),
    body: () => (body ??= readBody(message)),
  };
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('the body of a request came as text; it must be bytes');
    sizeBytes += chunk.byteLength;
    if (sizeBytes > largestBodyBytes) throw new RangeError(`the body of a request has more than ${largestBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** One request and its answer, over Node's own server. */
export function createExchange(message: IncomingMessage, response: ServerResponse): HttpExchange {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  return {
    type: 'http',
    request: readRequest(message),
    closed: closed.signal,
    respond(status, headers = {}) {
      response.writeHead(status, headers);
      // A vendor's first bytes are its headers; they do not wait for the body.
      response.flushHeaders();
    },
    async write(chunk) {
      if (closed.signal.aborted || response.writableEnded) return;
      if (!response.headersSent) this.respond(200);
      if (!response.write(chunk)) await once(response, 'drain', { signal: closed.signal }).catch(() => {});
    },
    end() {
      if (!response.headersSent) this.respond(200);
      response.end();
    },
    destroy() {
      message.socket.destroy();
    },
  };
}
