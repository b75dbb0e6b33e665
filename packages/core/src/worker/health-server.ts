import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthAnswer } from './health-answer.js';
import { WorkerError } from './worker-error.js';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws {WorkerError} code `port`: it cannot listen there; says why. */
export async function startHealthServer({
  host,
  port,
  answer,
}: {
  readonly host: string;
  readonly port: number;
  readonly answer: (method: string, path: string) => HealthAnswer;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const { status, type, body } = answer(request.method ?? 'GET', path);
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await listen(server, { host, port });
  const address = server.address();
  return { port: isAddress(address) ? address.port : port, close: () => closeServer(server) };
}

const isAddress = (address: AddressInfo | string | null): address is AddressInfo => typeof address === 'object' && address !== null;

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
      const what = 'give another with the options "host" and "port", or port: null for no health server';
      reject(new WorkerError('port', `the health server cannot listen on ${host}:${port}: ${why}; ${what}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Probes keep their connections open.
    server.closeAllConnections();
  });
}
