import { ownTimeMs } from '../event-loop-stall.js';
import { connect, createServer, type AddressInfo } from 'node:net';

const rounds = 50;
const byte = new Uint8Array([1]);

/** What this machine takes now from a byte written to loopback until it is read, in milliseconds. */
export async function loopbackDelayMs(): Promise<{ readonly median: number; readonly worst: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect(portOf(server.address()), '127.0.0.1');
  const delays: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sentMs = ownTimeMs();
    const came = new Promise<void>((resolve) => socket.once('data', () => resolve()));
    socket.write(byte);
    await came;
    // There and back.
    delays.push((ownTimeMs() - sentMs) / 2);
  }
  socket.destroy();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  const sorted = delays.toSorted((left, right) => left - right);
  return { median: sorted[rounds / 2] ?? 0, worst: sorted.at(-1) ?? 0 };
}

const portOf = (address: AddressInfo | string | null): number => (typeof address === 'object' && address !== null ? address.port : 0);
