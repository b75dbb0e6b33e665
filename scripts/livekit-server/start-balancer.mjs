// @ts-check
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * In front of the nodes of a cluster: each connection goes to the next node that takes it, and one that is down is left out.
 *
 * @typedef {{ readonly port: number, readonly stop: () => Promise<void> }} Balancer
 */

/** @param {readonly number[]} ports Of the nodes, on 127.0.0.1. @returns {Promise<Balancer>} */
export async function startBalancer(ports) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  let next = 0;
  const own = (/** @type {import('node:net').Socket} */ socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer({ pauseOnConnect: true }, (client) => {
    own(client);
    next += 1;
    forward(client, { ports, first: next, own });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    port: address.port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * @param {import('node:net').Socket} client
 * @param {{ ports: readonly number[], first: number, own: (socket: import('node:net').Socket) => void, attempt?: number }} options
 */
function forward(client, { ports, first, own, attempt = 0 }) {
  const port = ports[(first + attempt) % ports.length];
  if (port === undefined || attempt === ports.length) return void client.destroy();
  const node = connect(port, '127.0.0.1');
  own(node);
  const tryNext = () => forward(client, { ports, first, own, attempt: attempt + 1 });
  node.once('error', tryNext);
  node.once('connect', () => {
    node.off('error', tryNext);
    node.once('close', () => client.destroy());
    client.once('close', () => node.destroy());
    client.pipe(node).pipe(client);
    client.resume();
  });
}
