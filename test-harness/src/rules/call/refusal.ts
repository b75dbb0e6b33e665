import type { VendorConnection } from '../../loopback/vendor-connection.js';
import type { Subject } from '../../subject/subject.js';
import type { CallKind } from './manner.js';

export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Changes the vendor's own words. */
  readonly reword?: ((body: string) => string) | undefined;
}

/** Answers a request, or the handshake of a socket, with an error as this vendor words it. */
export async function refuse(
  connection: VendorConnection,
  { wire }: Subject<CallKind>,
  { status, headers = {}, reword = (body) => body }: Refusal,
): Promise<void> {
  const own = wire?.errorBody(status) ?? { headers: {}, body: '' };
  const all = { ...own.headers, ...headers };
  const body = reword(own.body);
  if (connection.type === 'websocket') return connection.refuse(status, all, body);
  // As servers do that answer before they have read all.
  await connection.request.body();
  connection.respond(status, all);
  await connection.write(body);
  connection.end();
}
