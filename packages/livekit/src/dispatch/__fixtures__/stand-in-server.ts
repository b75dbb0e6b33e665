import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type AvailabilityResponse,
  type MigrateJobRequest,
  type RegisterWorkerRequest,
  ServerMessage,
  type UpdateJobStatus,
  type UpdateWorkerStatus,
  WorkerMessage,
} from '@livekit/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

type Content<Message> = Message extends { readonly message?: infer Value } ? NonNullable<Value> : never;
export type FromServer = Content<NonNullable<ConstructorParameters<typeof ServerMessage>[0]>>;
export type FromWorker = WorkerMessage['message'];

/** What workers said, by what it was. */
interface Said {
  readonly register: RegisterWorkerRequest[];
  readonly availability: AvailabilityResponse[];
  readonly updateWorker: UpdateWorkerStatus[];
  readonly updateJob: UpdateJobStatus[];
  readonly migrateJob: MigrateJobRequest[];
}

/** How the server answers what asks for the agent socket. In a body `{token}` stands for the token that was given. */
export type Handshake = 'open' | { readonly status: number; readonly body: string };

/** One worker's connection, from the server's side. */
export interface StandInConnection {
  readonly request: IncomingMessage;
  readonly isOpen: boolean;
  send(message: FromServer): void;
  sendRaw(bytes: Uint8Array | string): void;
  ping(): void;
  close(code: number, reason?: string): void;
  /** Without a closing handshake. */
  drop(): void;
}

/** What the server does by itself with what a worker says. */
export type Script = (message: FromWorker, connection: StandInConnection) => void;

export const assignedToken = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZ2VudCJ9.bm90LWEtcmVhbC1zaWduYXR1cmU';

/** Registers whoever asks, and assigns what is accepted. */
export const usual: Script = (message, connection) => {
  if (message.case === 'register') connection.send({ case: 'register', value: { workerId: `AW_${message.value.agentName}`, serverInfo: { version: '1.9.12' } } });
  if (message.case === 'availability' && message.value.available) {
    connection.send({ case: 'assignment', value: { job: { id: message.value.jobId }, token: assignedToken } });
  }
};

/** Plays LiveKit's agent socket on loopback: what the reference says of livekit-server 1.9.12, and whatever a script makes of it. */
export class StandInServer implements AsyncDisposable {
  /** On whichever connection. */
  readonly said: Said = { register: [], availability: [], updateWorker: [], updateJob: [], migrateJob: [] };
  /** What it was, in order. */
  readonly heard: FromWorker['case'][] = [];
  readonly connections: StandInConnection[] = [];
  handshake: Handshake = 'open';
  script: Script = usual;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #streams = new Set<Duplex>();
  readonly #watchers = new Set<() => void>();
  #messagesOfNext = Infinity;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (stream) => {
      this.#streams.add(stream);
      stream.on('error', () => {});
      stream.once('close', () => this.#streams.delete(stream));
    });
    server.on('upgrade', (request, stream, head) => this.#upgrade(request, { stream, head }));
  }

  static async start(): Promise<StandInServer> {
    const server = createServer((_request, response) => response.writeHead(404).end('404 page not found'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandInServer(server);
  }

  get url(): string {
    const address: string | AddressInfo | null = this.#server.address();
    return `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** The last one made. */
  get connection(): StandInConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('no worker has connected');
    return last;
  }

  get open(): number {
    return this.connections.filter(({ isOpen }) => isOpen).length;
  }

  /** The next connection is dropped once so many messages have gone over it, either way. */
  dropNextAfter(messages: number): void {
    this.#messagesOfNext = messages;
  }

  /** Settles once this holds, which is looked at whenever something has come or gone. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams) stream.destroy();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #upgrade(request: IncomingMessage, { stream, head }: { readonly stream: Duplex; readonly head: Buffer }): void {
    const { handshake } = this;
    if (handshake === 'open') return this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#opened(socket, request));
    this.connections.push(refused(request));
    this.#changed();
    const { status } = handshake;
    const body = handshake.body.replace('{token}', bearerToken(request));
    stream.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  }

  #opened(socket: WebSocket, request: IncomingMessage): void {
    let left = this.#messagesOfNext;
    this.#messagesOfNext = Infinity;
    const onMessage = () => {
      left -= 1;
      if (left <= 0) socket.terminate();
    };
    const connection: StandInConnection = {
      request,
      get isOpen() {
        return socket.readyState === socket.OPEN;
      },
      send(message) {
        // Out before the end comes.
        socket.send(new ServerMessage({ message }).toBinary(), onMessage);
      },
      sendRaw: (bytes) => socket.send(bytes),
      ping: () => socket.ping(),
      close: (code, reason) => socket.close(code, reason),
      drop: () => socket.terminate(),
    };
    this.connections.push(connection);
    socket.on('error', () => {});
    socket.on('close', () => this.#changed());
    socket.on('message', (data) => {
      const { message } = WorkerMessage.fromBinary(Buffer.isBuffer(data) ? data : new Uint8Array());
      this.#hear(message);
      onMessage();
      if (socket.readyState === socket.OPEN) this.script(message, connection);
      this.#changed();
    });
    if (left <= 0) socket.terminate();
    this.#changed();
  }

  #hear(message: FromWorker): void {
    const { register, availability, updateWorker, updateJob, migrateJob } = this.said;
    this.heard.push(message.case);
    if (message.case === 'register') register.push(message.value);
    if (message.case === 'availability') availability.push(message.value);
    if (message.case === 'updateWorker') updateWorker.push(message.value);
    if (message.case === 'updateJob') updateJob.push(message.value);
    if (message.case === 'migrateJob') migrateJob.push(message.value);
  }

  #changed(): void {
    for (const wake of this.#watchers) wake();
    this.#watchers.clear();
  }
}

export const bearerToken = ({ headers }: IncomingMessage): string => (headers.authorization ?? '').replace('Bearer ', '');

const refused = (request: IncomingMessage): StandInConnection => ({
  request,
  isOpen: false,
  send() {},
  sendRaw() {},
  ping() {},
  close() {},
  drop() {},
});
