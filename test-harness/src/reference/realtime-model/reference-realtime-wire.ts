import type { VendorFrame, VendorSocket } from '../../loopback/vendor-connection.js';
import type { HeardItem, RealtimeHeard, RealtimeStep, RealtimeWire } from '../../wire/realtime-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readList, readObject, readText } from '../../wires/read-json.js';
import { referenceErrorBody, requestId } from '../reference-failure.js';

/**
 * An invented vendor's model that speaks: a WebSocket `/v1/realtime?model=…`. Binary messages of the plugin are the caller's audio, 16-bit
 * little-endian; texts are JSON, each with its `type`, in the names of the contract. The model's audio comes in base64, cut at odd bytes.
 */
export const referenceRealtimeWire: RealtimeWire = {
  kind: 'realtime-model',
  name: 'reference realtime',
  transport: 'websocket',
  sharesConnection: false,
  requestId,
  settings: ({ wsUrl }, apiKey) => ({ baseUrl: wsUrl, apiKey }),
  errorBody: referenceErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('the model is reached by a WebSocket');
    if (connection.request.path !== '/v1/realtime') throw new TypeError(`there is no ${connection.request.path}: it is /v1/realtime`);
    open(new RealtimeCall(connection));
    await new Promise<void>((resolve) => connection.closed.addEventListener('abort', () => resolve(), { once: true }));
  },
};

class RealtimeCall implements VendorCall<RealtimeHeard, RealtimeStep> {
  readonly connection: VendorSocket;
  readonly heard: AsyncIterable<RealtimeHeard>;

  constructor(connection: VendorSocket) {
    this.connection = connection;
    this.heard = readHeard(connection);
  }

  async send(step: RealtimeStep | Oddity): Promise<void> {
    const say = (message: object) => this.connection.send(JSON.stringify(message));
    switch (step.type) {
      case 'unknown':
        return say({ type: 'news', of: 'a later version' });
      case 'malformed':
        return this.connection.send('{"type":"text","te');
      case 'large':
        return say({ type: 'news', padding: 'x'.repeat(step.sizeBytes) });
      case 'failure':
        say({ type: 'failure', reason: step.reason });
        return this.connection.close(1011);
      case 'ready':
        return say({ type: 'ready', requestId });
      case 'audio': {
        const { samples, ...rest } = step;
        const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
        const half = bytes.length > 2 ? Math.floor(bytes.length / 4) * 2 + 1 : bytes.length;
        for (const part of [bytes.subarray(0, half), bytes.subarray(half)])
          if (part.length > 0) say({ ...rest, data: part.toString('base64') });
        return;
      }
      default:
        return say(step);
    }
  }
}

async function* readHeard(connection: VendorSocket): AsyncGenerator<RealtimeHeard> {
  const model = connection.request.query.get('model') ?? '';
  for await (const frame of connection.frames) yield readFrame(frame, model);
}

function readFrame(frame: VendorFrame, model: string): RealtimeHeard {
  if (frame.type === 'binary') return { type: 'audio', samples: samplesOf(frame.bytes) };
  const message = readObject(JSON.parse(frame.text), 'a message');
  const { type } = message;
  switch (type) {
    case 'settings':
      return {
        type,
        model,
        instructions: readText(message['instructions'], 'instructions'),
        tools: readList(message['tools'], 'tools').map(readTool),
        turnDetection: message['turnDetection'] === true,
        chat: readList(message['chat'], 'chat').map(readItem),
        ...optionalText(message, 'voice'),
      };
    case 'commit':
    case 'clear':
      return { type };
    case 'image':
      return { type, sizeBytes: Buffer.from(readText(message['data'], 'data'), 'base64').length, mediaType: readText(message['of'], 'of') };
    case 'tool-output':
      return {
        type,
        callId: readText(message['callId'], 'callId'),
        text: readText(message['text'], 'text'),
        isError: message['isError'] === true,
      };
    case 'generate':
      return {
        type,
        reference: readText(message['reference'], 'reference'),
        ...optionalText(message, 'instructions'),
        ...optionalText(message, 'toolChoice'),
        ...optionalText(message, 'userText'),
      };
    case 'cancel':
      return { type, ...optionalText(message, 'responseId') };
    case 'truncate':
      return { type, itemId: readText(message['itemId'], 'itemId'), playedMs: Number(message['playedMs']) };
    case 'update':
      return readUpdate(message);
    default:
      throw new TypeError(`there is no message "${String(type)}"`);
  }
}

function readUpdate(message: Readonly<Record<string, unknown>>): Extract<RealtimeHeard, { readonly type: 'update' }> {
  const { tools, added, removed, turnDetection } = message;
  return {
    type: 'update',
    reference: readText(message['reference'], 'reference'),
    ...optionalText(message, 'instructions'),
    ...optionalText(message, 'voice'),
    ...optionalText(message, 'toolChoice'),
    ...(tools === undefined ? {} : { tools: readList(tools, 'tools').map(readTool) }),
    ...(added === undefined ? {} : { added: readList(added, 'added').map(readItem) }),
    ...(removed === undefined ? {} : { removed: readList(removed, 'removed').map((id) => readText(id, 'an id')) }),
    ...(typeof turnDetection === 'boolean' ? { turnDetection } : {}),
  };
}

const optionalText = <Name extends string>(message: Readonly<Record<string, unknown>>, name: Name): { readonly [Key in Name]?: string } => {
  const value = message[name];
  const found: { [Key in Name]?: string } = {};
  if (typeof value === 'string') found[name] = value;
  return found;
};

function readTool(value: unknown): { readonly name: string; readonly parameters: Record<string, never> } {
  const { name, parameters } = readObject(value, 'a tool');
  const schema: Record<string, never> = {};
  Object.assign(schema, readObject(parameters, 'parameters'));
  return { name: readText(name, 'name'), parameters: schema };
}

function readItem(value: unknown): HeardItem {
  const { id, role, text } = readObject(value, 'an item');
  const known = (['system', 'user', 'assistant', 'tool'] as const).find((name) => name === role);
  if (known === undefined) throw new TypeError(`there is no role "${String(role)}"`);
  return { id: readText(id, 'id'), role: known, text: readText(text, 'text') };
}

/** @throws {TypeError} A sample is cut in two. */
function samplesOf(bytes: Uint8Array): Int16Array {
  if (bytes.byteLength % 2 !== 0) throw new TypeError(`a message of audio has ${bytes.byteLength} bytes, half a sample at its end`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.byteLength / 2 }, (_sample, index) => view.getInt16(index * 2, true));
}
