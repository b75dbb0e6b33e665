import { Channel, pcmBytes } from '@parley/core/provider-kit';
import { splitBytes } from '../../loopback/sse.js';
import type { VendorSocket } from '../../loopback/vendor-connection.js';
import type { TTSHeard, TTSStep, TTSWire } from '../../wire/tts-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../../wires/read-json.js';
import { referenceErrorBody, requestId } from '../reference-failure.js';

/**
 * An invented vendor's voice: one WebSocket for many utterances, `/v1/speak?model=…&rate=…`. All messages are JSON with the `context`
 * they belong to: `open`, `text`, `flush`, `alive`, `cancel`, `end` one way; `audio` in base64, cut anywhere, `words`, `flushed`,
 * `failure` the other. It hangs up on who is silent for ten seconds.
 */
export const referenceTTSWire: TTSWire = {
  kind: 'tts',
  name: 'reference speak',
  transport: 'websocket',
  sharesConnection: true,
  tells: ['voice', 'language', 'word-places'],
  idleLimitMs: 10_000,
  requestId,
  settings: ({ wsUrl }, apiKey) => ({ baseUrl: wsUrl, apiKey }),
  errorBody: referenceErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('speech is asked for by a WebSocket');
    const { path, query } = connection.request;
    if (path !== '/v1/speak') throw new TypeError(`there is no ${path}: it is /v1/speak`);
    connection.accept({ 'request-id': requestId });
    const contexts = new Map<string, SpeakContext>();
    for await (const frame of connection.frames) {
      if (frame.type === 'binary') throw new TypeError('a message is binary; all are JSON');
      const message = readObject(JSON.parse(frame.text), 'a message');
      const name = readText(message['context'], 'context');
      if (message['type'] !== 'open') {
        contexts.get(name)?.hear(message);
        continue;
      }
      const settings = { sampleRate: Number(query.get('rate')), model: query.get('model') ?? '' };
      const context = new SpeakContext(connection, name);
      contexts.set(name, context);
      context.begin({ ...settings, ...optional(message, 'voice'), ...optional(message, 'language') });
      open(context);
    }
    for (const context of contexts.values()) context.end();
  },
};

const optional = (message: Readonly<Record<string, unknown>>, name: 'voice' | 'language') =>
  message[name] === undefined ? {} : { [name]: readText(message[name], name) };

/** Messages of one context that wait to be looked at by whoever plays. */
const mostWaiting = 100_000;

class SpeakContext implements VendorCall<TTSHeard, TTSStep> {
  readonly connection: VendorSocket;
  readonly heard = new Channel<TTSHeard>({ capacity: mostWaiting });
  readonly #context: string;

  constructor(connection: VendorSocket, context: string) {
    this.connection = connection;
    this.#context = context;
  }

  begin(settings: Omit<Extract<TTSHeard, { readonly type: 'settings' }>, 'type'>): void {
    void this.heard.push({ type: 'settings', ...settings });
  }

  /** @throws {TypeError} It is no message of this vendor's. */
  hear({ type, text }: Readonly<Record<string, unknown>>): void {
    if (type === 'text') return void this.heard.push({ type, text: readText(text, 'text') });
    if (type === 'alive') return void this.heard.push({ type: 'keep-alive' });
    if (type !== 'flush' && type !== 'cancel' && type !== 'end') throw new TypeError(`there is no message "${String(type)}"`);
    void this.heard.push({ type });
    if (type !== 'flush') this.end();
  }

  end(): void {
    this.heard.end();
  }

  async send(step: TTSStep | Oddity): Promise<void> {
    switch (step.type) {
      case 'audio':
        for (const bytes of splitBytes(pcmBytes(step.samples), { seed: 7, most: 3999 }))
          this.#say({ type: 'audio', audio: Buffer.from(bytes).toString('base64') });
        return undefined;
      case 'segment-end':
        return this.#say({ type: 'flushed' });
      case 'unknown':
        return this.#say({ type: 'news', of: 'a later version' });
      case 'malformed':
        return this.connection.send('{"type":"audio","con');
      case 'large':
        return this.#say({ type: 'news', padding: 'x'.repeat(step.sizeBytes) });
      default:
        return this.#say(step);
    }
  }

  #say(message: object): void {
    this.connection.send(JSON.stringify({ ...message, context: this.#context }));
  }
}
