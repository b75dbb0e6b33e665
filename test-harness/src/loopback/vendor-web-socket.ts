import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Channel } from '@parley/core/provider-kit';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { readRequest } from './http-exchange.js';
import type { LoopbackRecorder } from './loopback-record.js';
import type { VendorFrame, VendorSocket } from './vendor-connection.js';

/** Frames that wait to be read by whoever plays the vendor. */
const mostWaiting = 200_000;

const handshakes = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 });

/** A WebSocket that a plugin has asked for; it is opened by what is done first with it. */
export function createVendorSocket(
  request: { readonly message: IncomingMessage; readonly stream: Duplex; readonly head: Buffer },
  recorder: LoopbackRecorder,
): VendorSocket {
  return new OpenableSocket(request, recorder);
}

class OpenableSocket implements VendorSocket {
  readonly type = 'websocket';
  readonly request;
  readonly #stream: Duplex;
  readonly #message: IncomingMessage;
  readonly #head: Buffer;
  readonly #recorder: LoopbackRecorder;
  readonly #closed = new AbortController();
  readonly #frames = new Channel<VendorFrame>({ capacity: mostWaiting, whenFull: 'drop-oldest' });
  #socket: WebSocket | undefined;

  constructor(
    { message, stream, head }: { readonly message: IncomingMessage; readonly stream: Duplex; readonly head: Buffer },
    recorder: LoopbackRecorder,
  ) {
    this.request = readRequest(message);
    this.#message = message;
    this.#stream = stream;
    this.#head = head;
    this.#recorder = recorder;
    // Whoever breaks off is seen by `close`.
    stream.on('error', () => {});
    stream.once('close', () => this.#end());
    // Also seen of a handshake that is not answered: nothing comes before the answer but the end.
    stream.once('end', () => stream.end());
    stream.resume();
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get frames(): AsyncIterable<VendorFrame> {
    this.accept();
    return this.#frames;
  }

  accept(headers: Readonly<Record<string, string>> = {}): void {
    if (this.#socket !== undefined || this.#closed.signal.aborted) return;
    const addHeaders = (list: string[]) => void list.push(...Object.entries(headers).map(([name, value]) => `${name}: ${value}`));
    handshakes.once('headers', addHeaders);
    // Answers at once, within this call.
    handshakes.handleUpgrade(this.#message, this.#stream, this.#head, (socket) => this.#open(socket));
    handshakes.off('headers', addHeaders);
  }

  refuse(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): void {
    const all = { 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#stream.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${body}`);
  }

  send(frame: string | Uint8Array): void {
    this.accept();
    if (this.#socket?.readyState !== this.#socket?.OPEN) return;
    this.#recorder.framed('vendor', frame);
    this.#socket?.send(frame);
  }

  close(code: number, reason = ''): void {
    this.accept();
    this.#socket?.close(code, reason);
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #open(socket: WebSocket): void {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('error', () => {});
    socket.once('close', () => this.#end());
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    const bytes = bytesOf(data);
    const frame: VendorFrame = isBinary ? { type: 'binary', bytes } : { type: 'text', text: Buffer.from(bytes).toString() };
    this.#recorder.framed('plugin', frame.type === 'text' ? frame.text : frame.bytes);
    void this.#frames.push(frame);
  }

  #end(): void {
    this.#closed.abort();
    this.#frames.end();
  }
}

const bytesOf = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;
