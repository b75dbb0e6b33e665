import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const files: Readonly<Record<string, { readonly path: URL | string; readonly type: string }>> = {
  '/': { path: new URL('caller-page.html', import.meta.url), type: 'text/html' },
  '/caller-page.js': { path: new URL('caller-page.browser.js', import.meta.url), type: 'text/javascript' },
  // Its build for pages without a bundler; the package's entry points at it for those who require it.
  '/livekit-client.js': { path: require.resolve('livekit-client'), type: 'text/javascript' },
};

/** Serves the caller's page on loopback, which browsers trust with a microphone. */
export async function servePage(): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    if (file === undefined) return void response.writeHead(404).end();
    readFile(file.path).then(
      (content) => response.writeHead(200, { 'content-type': file.type }).end(content),
      () => response.writeHead(500).end(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a server on a port has an address with one');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
