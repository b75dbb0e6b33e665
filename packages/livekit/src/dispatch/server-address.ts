const schemes: Readonly<Record<string, { readonly http: string; readonly socket: string }>> = {
  'http:': { http: 'http:', socket: 'ws:' },
  'ws:': { http: 'http:', socket: 'ws:' },
  'https:': { http: 'https:', socket: 'wss:' },
  'wss:': { http: 'https:', socket: 'wss:' },
};

/** Where a LiveKit server is reached. */
export interface ServerAddress {
  /** Of rooms, as the library of a job's process takes it. */
  readonly roomUrl: string;
  /** Of the agent socket. */
  readonly agentUrl: string;
  /** Of the server's API. */
  readonly apiUrl: string;
  /** For messages: without a name, a password or a query. */
  readonly shown: string;
}

/**
 * @param url `http:`, `https:`, `ws:` or `wss:`; a path is kept, as a proxy may want one.
 * @throws {TypeError} It is no such URL.
 */
export function serverAddress(url: string): ServerAddress {
  const base = parse(url);
  const scheme = base === undefined ? undefined : schemes[base.protocol];
  if (base === undefined || scheme === undefined) {
    throw new TypeError(
      `the URL of a LiveKit server begins with ws://, wss://, http:// or https://, and this one does not: ${shownUrl(url)}`,
    );
  }
  const path = base.pathname.replace(/\/+$/, '');
  const rest = `//${base.username === '' ? '' : `${base.username}:${base.password}@`}${base.host}${path}`;
  return {
    roomUrl: `${scheme.socket}${rest}`,
    // Protocol 1 is the only one, and what the server takes if nothing is said.
    agentUrl: `${scheme.socket}${rest}/agent?protocol=1`,
    apiUrl: `${scheme.http}${rest}`,
    shown: `${scheme.socket}//${base.host}${path}`,
  };
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** What was given by mistake may be a key. */
const shownUrl = (url: string): string =>
  JSON.stringify(url.includes('://') ? url.replace(/\/\/[^/@]*@/, '//').slice(0, 60) : `${url.slice(0, 4)}…`);
