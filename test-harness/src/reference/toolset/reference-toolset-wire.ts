import type { VendorSocket } from '../../loopback/vendor-connection.js';
import type { ToolsetHeard, ToolsetStep, ToolsetWire } from '../../wire/toolset-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../../wires/read-json.js';
import { referenceErrorBody } from '../reference-failure.js';

/** Tools in a page: more come in another, so that plugins have to put them together. */
const pageSize = 2;

/**
 * An invented vendor's tools: a WebSocket `/v1/tools`, texts in JSON. The plugin asks `list`, `call` and `cancel`, each with its `id`; the
 * vendor says `ready`, and the steps by their names. A list comes in pages, all but the last with `more`.
 */
export const referenceToolsetWire: ToolsetWire = {
  kind: 'toolset',
  name: 'reference tools',
  transport: 'websocket',
  sharesConnection: false,
  settings: ({ wsUrl }, apiKey) => ({ baseUrl: wsUrl, apiKey }),
  errorBody: referenceErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('tools are asked for by a WebSocket');
    if (connection.request.path !== '/v1/tools') throw new TypeError(`there is no ${connection.request.path}: it is /v1/tools`);
    open(new ToolsCall(connection));
    await new Promise<void>((resolve) => connection.closed.addEventListener('abort', () => resolve(), { once: true }));
  },
};

class ToolsCall implements VendorCall<ToolsetHeard, ToolsetStep> {
  readonly connection: VendorSocket;
  readonly heard: AsyncIterable<ToolsetHeard>;

  constructor(connection: VendorSocket) {
    this.connection = connection;
    this.heard = readHeard(connection);
  }

  async send(step: ToolsetStep | Oddity): Promise<void> {
    const say = (message: object) => this.connection.send(JSON.stringify(message));
    switch (step.type) {
      case 'unknown':
        return say({ type: 'news', of: 'a later version' });
      case 'malformed':
        return this.connection.send('{"type":"result","te');
      case 'large':
        return say({ type: 'news', padding: 'x'.repeat(step.sizeBytes) });
      case 'failure':
        say({ type: 'failure', reason: step.reason });
        return this.connection.close(1011);
      case 'tools':
        for (let from = 0; from === 0 || from < step.tools.length; from += pageSize) {
          const isLast = from + pageSize >= step.tools.length;
          say({ type: 'tools', id: step.reference, tools: step.tools.slice(from, from + pageSize), ...(isLast ? {} : { more: true }) });
        }
        return;
      case 'result':
        return say({ type: 'result', id: step.reference, ...resultOf(step) });
      default: {
        const { reference, ...rest } = { reference: undefined, ...step };
        return say(reference === undefined ? rest : { ...rest, id: reference });
      }
    }
  }
}

const resultOf = ({ content, structured, isError }: Extract<ToolsetStep, { readonly type: 'result' }>): object => ({
  isError,
  ...(structured === undefined ? {} : { structured }),
  content: content.map((part) => {
    if (part.type === 'text') return { text: part.text };
    if (part.type === 'image' && part.data instanceof Uint8Array)
      return { image: Buffer.from(part.data).toString('base64'), of: part.mediaType };
    throw new TypeError(`this vendor has no content of type ${part.type}`);
  }),
});

async function* readHeard(connection: VendorSocket): AsyncGenerator<ToolsetHeard> {
  for await (const frame of connection.frames) {
    if (frame.type === 'binary') throw new TypeError('a binary message is no request');
    const { type, id, name, arguments: argumentsJson, progress } = readObject(JSON.parse(frame.text), 'a request');
    const reference = readText(id, 'id');
    if (type === 'list' || type === 'cancel') yield { type, reference };
    else if (type === 'call')
      yield {
        type,
        reference,
        name: readText(name, 'name'),
        argumentsJson: readText(argumentsJson, 'arguments'),
        hasProgress: progress === true,
      };
    else throw new TypeError(`there is no request "${String(type)}"`);
  }
}
