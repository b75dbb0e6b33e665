import type { VendorFrame, VendorSocket } from '../../loopback/vendor-connection.js';
import type { STTHeard, STTStep, STTWire } from '../../wire/stt-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readList, readObject, readText } from '../../wires/read-json.js';
import { referenceErrorBody, requestId } from '../reference-failure.js';

/**
 * An invented vendor's recogniser: a WebSocket per call, `/v1/listen?model=…&rate=…`, with the rest of the settings in the query.
 * Binary messages are audio, 16-bit little-endian; texts are JSON: `flush`, `update`, `alive`, `end`. It answers `started`, and the
 * steps by their names; `done` is the last. It hangs up on who is silent for ten seconds.
 */
export const referenceSTTWire: STTWire = {
  kind: 'stt',
  name: 'reference listen',
  transport: 'websocket',
  sharesConnection: false,
  idleLimitMs: 10_000,
  requestId,
  settings: ({ wsUrl }, apiKey) => ({ baseUrl: wsUrl, apiKey }),
  errorBody: referenceErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('recognition is asked for by a WebSocket');
    if (connection.request.path !== '/v1/listen') throw new TypeError(`there is no ${connection.request.path}: it is /v1/listen`);
    open(new ListenCall(connection));
    await new Promise<void>((resolve) => connection.closed.addEventListener('abort', () => resolve(), { once: true }));
  },
};

class ListenCall implements VendorCall<STTHeard, STTStep> {
  readonly connection: VendorSocket;
  readonly heard: AsyncIterable<STTHeard>;
  #hasBegun = false;

  constructor(connection: VendorSocket) {
    this.connection = connection;
    this.heard = readHeard(connection);
  }

  async send(step: STTStep | Oddity): Promise<void> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.connection.send(JSON.stringify({ type: 'started', id: requestId }));
    }
    switch (step.type) {
      case 'done':
        this.connection.send(JSON.stringify({ type: 'done' }));
        return this.connection.close(1000);
      case 'unknown':
        return this.connection.send(JSON.stringify({ type: 'news', of: 'a later version' }));
      case 'malformed':
        return this.connection.send('{"type":"final","te');
      case 'large':
        return this.connection.send(JSON.stringify({ type: 'news', padding: 'x'.repeat(step.sizeBytes) }));
      case 'failure':
        this.connection.send(JSON.stringify({ type: 'failure', reason: step.reason }));
        return this.connection.close(1011);
      default:
        return this.connection.send(JSON.stringify(step));
    }
  }
}

async function* readHeard(connection: VendorSocket): AsyncGenerator<STTHeard> {
  const { query } = connection.request;
  const [language, endpointing] = [query.get('language'), query.get('endpointing')];
  yield {
    type: 'settings',
    sampleRate: Number(query.get('rate')),
    model: query.get('model') ?? '',
    ...(language === null ? {} : { language }),
    ...(query.has('keyterm') ? { keyterms: query.getAll('keyterm') } : {}),
    ...(endpointing === null ? {} : { endpointingMs: Number(endpointing) }),
  };
  for await (const frame of connection.frames) {
    const heard = readFrame(frame);
    yield heard;
    if (heard.type === 'end') return;
  }
}

function readFrame(frame: VendorFrame): STTHeard {
  if (frame.type === 'binary') {
    if (frame.bytes.byteLength === 0) throw new TypeError('a message of audio is empty');
    return { type: 'audio', samples: samplesOf(frame.bytes) };
  }
  const { type, language, keyterms, endpointingMs } = readObject(JSON.parse(frame.text), 'a message');
  if (type === 'flush' || type === 'end') return { type };
  if (type === 'alive') return { type: 'keep-alive' };
  if (type !== 'update') throw new TypeError(`there is no message "${String(type)}"`);
  return {
    type,
    ...(language === undefined ? {} : { language: readText(language, 'language') }),
    ...(keyterms === undefined ? {} : { keyterms: readList(keyterms, 'keyterms').map((term) => readText(term, 'a keyterm')) }),
    ...(typeof endpointingMs === 'number' ? { endpointingMs } : {}),
  };
}

/** @throws {TypeError} A sample is cut in two. */
function samplesOf(bytes: Uint8Array): Int16Array {
  if (bytes.byteLength % 2 !== 0) throw new TypeError(`a message of audio has ${bytes.byteLength} bytes, half a sample at its end`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.byteLength / 2 }, (_sample, index) => view.getInt16(index * 2, true));
}
