import { Channel, pcmBytes } from '@parley/core/provider-kit';
import { splitBytes } from '../../loopback/sse.js';
import type { VendorSocket } from '../../loopback/vendor-connection.js';
import type { TTSHeard, TTSStep, TTSWire } from '../../wire/tts-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../read-json.js';
import { checkAsked, deepgramErrorBody, failureMessage, requestHeaders, requestId } from './deepgram-failure.js';

const longestText = 2000;
const known = 'model encoding sample_rate speed mip_opt_out'.split(' ');
type Settings = Omit<Extract<TTSHeard, { readonly type: 'settings' }>, 'type'>;

/**
 * Aura over a socket that is used for one utterance after another. Whatever is said up to a `Clear` is one call: the vendor knows no calls,
 * and a plugin ends each by that, so that nothing of it is left.
 *
 * @see https://developers.deepgram.com/reference/text-to-speech/speak-streaming
 */
export const speak: TTSWire = {
  kind: 'tts',
  name: 'deepgram speak',
  model: 'aura-2-thalia-en',
  transport: 'websocket',
  sharesConnection: true,
  tells: ['voice'],
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: deepgramErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('speech is asked for by a WebSocket here');
    const { path, query } = connection.request;
    if (path !== '/v1/speak') throw new TypeError(`there is no ${path}: it is /v1/speak`);
    checkAsked(connection.request, known);
    connection.accept(requestHeaders);
    const model = query.get('model') ?? '';
    connection.send(JSON.stringify({ type: 'Metadata', request_id: requestId, model_name: model, model_version: '1', model_uuid: '0' }));
    await serveCalls(connection, { model, voice: model, sampleRate: Number(query.get('sample_rate')) }, open);
  },
};

async function serveCalls(connection: VendorSocket, settings: Settings, open: (call: SpeakCall) => void): Promise<void> {
  let call: SpeakCall | undefined;
  for await (const frame of connection.frames) {
    if (frame.type === 'binary') throw new TypeError('a message is binary; all are JSON');
    const message = readObject(JSON.parse(frame.text), 'a message');
    if (message['type'] === 'Close') break;
    if (message['type'] === 'Clear') {
      call?.clear();
      call = undefined;
      connection.send(JSON.stringify({ type: 'Cleared', sequence_id: 0 }));
      continue;
    }
    if (call === undefined) {
      call = new SpeakCall(connection, settings);
      open(call);
    }
    call.hear(message);
  }
  call?.end();
  connection.close(1000);
}

/** Messages of one call that wait to be looked at by whoever plays. */
const mostWaiting = 100_000;

class SpeakCall implements VendorCall<TTSHeard, TTSStep> {
  readonly connection: VendorSocket;
  readonly heard = new Channel<TTSHeard>({ capacity: mostWaiting });
  #flushes = 0;
  #hasText = false;
  #isOver = false;

  constructor(connection: VendorSocket, settings: Settings) {
    this.connection = connection;
    void this.heard.push({ type: 'settings', ...settings });
  }

  /** @throws {TypeError} It is no message of this vendor's. */
  hear({ type, text }: Readonly<Record<string, unknown>>): void {
    if (type === 'Speak') {
      const said = readText(text, 'text');
      if (said === '' || said.length > longestText) throw new TypeError(`a text has ${said.length} characters: 1 to ${longestText}`);
      this.#hasText = true;
      return void this.heard.push({ type: 'text', text: said });
    }
    if (type !== 'Flush') throw new TypeError(`there is no message "${String(type)}"`);
    this.#flushes += 1;
    this.#hasText = false;
    void this.heard.push({ type: 'flush' });
  }

  /** With nothing left to be said it is the plugin's way to end a call; else it throws away what is under way. */
  clear(): void {
    void this.heard.push({ type: this.#flushes > 0 || this.#hasText ? 'cancel' : 'end' });
    this.end();
  }

  end(): void {
    this.#isOver = true;
    this.heard.end();
  }

  async send(step: TTSStep | Oddity): Promise<void> {
    // What was thrown away is not said any more.
    if (this.#isOver) return;
    switch (step.type) {
      case 'audio':
        // Samples cut in two, as a network does.
        for (const bytes of splitBytes(pcmBytes(step.samples), { seed: 7, most: 3999 })) this.connection.send(bytes);
        return undefined;
      case 'segment-end':
        this.#flushes -= 1;
        return this.#say({ type: 'Flushed', sequence_id: 0 });
      case 'unknown':
        return this.#say({ type: 'News', of: 'a later version' });
      case 'malformed':
        return this.connection.send('{"type":"Flus');
      case 'large':
        return this.#say({ type: 'News', padding: 'x'.repeat(step.sizeBytes) });
      case 'failure':
        this.connection.send(failureMessage(step.reason));
        return this.connection.close(1011, 'NET-0000');
      default:
        // It has no word timings.
        return undefined;
    }
  }

  #say(message: object): void {
    this.connection.send(JSON.stringify(message));
  }
}
