import type { VendorSocket } from '../../loopback/vendor-connection.js';
import type { STTHeard, STTStep } from '../../wire/stt-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject } from '../read-json.js';
import { failureMessage } from './deepgram-failure.js';

export interface ListenCallOptions {
  readonly settings: Omit<Extract<STTHeard, { readonly type: 'settings' }>, 'type'>;
  /** What a text says. @throws {TypeError} It is of no known type. */
  readonly read: (message: Readonly<Record<string, unknown>>) => STTHeard;
  /** What stands for a step; nothing where this vendor has no such message. */
  readonly messages: (step: Exclude<STTStep, { readonly type: 'done' }>) => readonly object[];
  /** The last message, before it closes. */
  readonly last: () => object | undefined;
}

/** One socket of either generation. */
export class ListenCall implements VendorCall<STTHeard, STTStep> {
  readonly connection: VendorSocket;
  readonly heard: AsyncIterable<STTHeard>;
  readonly #options: ListenCallOptions;

  constructor(connection: VendorSocket, options: ListenCallOptions) {
    this.connection = connection;
    this.#options = options;
    this.heard = readHeard(connection, options);
  }

  async send(step: STTStep | Oddity): Promise<void> {
    switch (step.type) {
      case 'done': {
        const last = this.#options.last();
        if (last !== undefined) this.#say(last);
        return this.connection.close(1000);
      }
      case 'unknown':
        return this.#say({ type: 'News', of: 'a later version' });
      case 'malformed':
        return this.connection.send('{"type":"Results","channel":{"alterna');
      case 'large':
        return this.#say({ type: 'News', padding: 'x'.repeat(step.sizeBytes) });
      case 'failure':
        this.connection.send(failureMessage(step.reason));
        return this.connection.close(1011, 'NET-0000');
      default:
        for (const message of this.#options.messages(step)) this.#say(message);
        return undefined;
    }
  }

  #say(message: object): void {
    this.connection.send(JSON.stringify(message));
  }
}

async function* readHeard(connection: VendorSocket, { settings, read }: ListenCallOptions): AsyncGenerator<STTHeard> {
  yield { type: 'settings', ...settings };
  for await (const frame of connection.frames) {
    const heard: STTHeard =
      frame.type === 'binary' ? { type: 'audio', samples: samplesOf(frame.bytes) } : read(readObject(JSON.parse(frame.text), 'a message'));
    yield heard;
    if (heard.type === 'end') return;
  }
}

/** @throws {TypeError} There are none, which ends the stream, or one is cut in two. */
function samplesOf(bytes: Uint8Array): Int16Array {
  if (bytes.byteLength === 0 || bytes.byteLength % 2 !== 0) throw new TypeError(`a message of audio has ${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.byteLength / 2 }, (_sample, index) => view.getInt16(index * 2, true));
}

/** The vendor counts in seconds. */
export const seconds = (milliseconds: number): number => milliseconds / 1000;
