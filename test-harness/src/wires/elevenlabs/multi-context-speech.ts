import { Channel, pcmBytes } from '@parley/core/provider-kit';
import type { VendorSocket } from '../../loopback/vendor-connection.js';
import { splitBytes } from '../../loopback/sse.js';
import type { TTSHeard, TTSStep, TTSWire } from '../../wire/tts-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../read-json.js';
import { alignmentOf } from './alignment.js';
import { elevenLabsErrorBody, failureMessage, requestId, vendorsWords } from './error-body.js';
import { readSpeechRequest } from './speech-request.js';

/** Of the vendor, per socket. @see https://elevenlabs.io/docs/cookbooks/multi-context-web-socket */
const mostContexts = 5;
/** Characters of a JSON message that hold no more than itself. */
const frameOverhead = 40;

/**
 * Speech over the socket that several contexts share: each is a call. The vendor hangs up on a context that waits for text for 20 s, and on no
 * other: so there is no limit for a call as such.
 *
 * @see https://elevenlabs.io/docs/api-reference/text-to-speech/v-1-text-to-speech-voice-id-multi-stream-input
 */
export const multiContextSpeech: TTSWire = {
  kind: 'tts',
  name: 'elevenlabs multi-context speech',
  transport: 'websocket',
  sharesConnection: true,
  tells: ['voice', 'language', 'word-places'],
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: elevenLabsErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('this speech is asked for by a WebSocket, not over HTTP');
    const settings = readSpeechRequest(connection.request, 'multi-stream-input');
    connection.accept({ 'request-id': requestId });
    const contexts = new Map<string, ContextCall>();
    try {
      for await (const frame of connection.frames) {
        if (frame.type !== 'text') throw new TypeError('a message is binary; it must be JSON');
        const message = readObject(JSON.parse(frame.text), 'a message');
        if (message['close_socket'] === true) return connection.close(1000);
        const id = readText(message['context_id'], 'context_id');
        const known = contexts.get(id);
        if (known !== undefined) known.hear(message);
        else if (message['close_context'] === true) continue;
        else if (contexts.size === mostContexts) return refuseContext(connection, id);
        else {
          const context = new ContextCall({ connection, id, onFinal: () => contexts.delete(id) });
          contexts.set(id, context);
          context.begin(settings, message);
          open(context);
        }
      }
    } finally {
      for (const context of contexts.values()) context.end();
    }
  },
};

/** As it does: the socket goes, and all its contexts with it. */
function refuseContext(connection: VendorSocket, contextId: string): void {
  const message = `Maximum simultaneous contexts per WebSocket connection exceeded (${mostContexts}).`;
  connection.send(JSON.stringify({ message, error: 'max_active_conversations', code: 1008, contextId }));
  connection.close(1008, message);
}

type Words = Extract<TTSStep, { readonly type: 'words' }>['words'];

class ContextCall implements VendorCall<TTSHeard, TTSStep> {
  readonly connection: VendorSocket;
  readonly heard = new Channel<TTSHeard>({ capacity: 100_000, whenFull: 'drop-oldest' });
  readonly #id: string;
  readonly #onFinal: () => void;
  #text = '';
  #isFlushed = false;
  #isClosed = false;
  #isFinal = false;
  /** All was said; the end of it is told once the context is closed. */
  #isComplete = false;
  /** Told with the next audio. */
  #words: Words = [];
  #alignedMs = 0;

  constructor({ connection, id, onFinal }: { readonly connection: VendorSocket; readonly id: string; readonly onFinal: () => void }) {
    this.connection = connection;
    this.#id = id;
    this.#onFinal = onFinal;
  }

  begin(settings: TTSHeard, message: Readonly<Record<string, unknown>>): void {
    if (message['text'] !== ' ') throw new TypeError('the first text of a context is not a single space');
    void this.heard.push(settings);
  }

  hear(message: Readonly<Record<string, unknown>>): void {
    if (message['close_context'] === true) return this.#close();
    if (this.#isClosed) throw new TypeError(`context ${this.#id} was closed, and is sent more`);
    const text = readText(message['text'] ?? '', 'text');
    if (message['flush'] !== true && text === '') return void this.heard.push({ type: 'keep-alive' });
    if (text !== '') {
      this.#text += text;
      void this.heard.push({ type: 'text', text });
    }
    if (message['flush'] !== true) return;
    this.#isFlushed = true;
    void this.heard.push({ type: 'flush' });
  }

  end(): void {
    this.heard.end();
  }

  async send(step: TTSStep | Oddity): Promise<void> {
    if (this.#isFinal) return;
    switch (step.type) {
      case 'audio':
        // Samples cut in two, as the vendor does now and then.
        for (const bytes of splitBytes(pcmBytes(step.samples), { seed: 7, most: 9999 }))
          this.#say({ audio: base64(bytes), ...this.#takeWords() });
        return;
      case 'words':
        this.#words = [...this.#words, ...step.words];
        return;
      case 'segment-end':
        if (this.#words.length > 0) this.#say({ audio: null, ...this.#takeWords() });
        this.#isComplete = true;
        if (this.#isClosed) this.#finish();
        return;
      case 'unknown':
        return this.#say({ type: 'news', of: 'a later version' });
      case 'malformed':
        return this.connection.send('{"audio":"');
      case 'large':
        return this.#say({ type: 'news', of: 'x'.repeat(Math.max(0, step.sizeBytes - frameOverhead)) });
      case 'failure':
        this.connection.send(failureMessage(step.reason, this.#id));
        return this.connection.close(1008, vendorsWords(step.reason));
    }
  }

  #say(message: Readonly<Record<string, unknown>>): void {
    this.connection.send(JSON.stringify({ ...message, contextId: this.#id }));
  }

  #takeWords() {
    const words = this.#words;
    if (words.length === 0) return {};
    this.#words = [];
    const told = alignmentOf(words, { text: this.#text, fromMs: this.#alignedMs });
    this.#alignedMs = words.at(-1)?.endMs ?? 0;
    return told;
  }

  /** Closed before its flush, or once more before all was said: nobody wants the rest. */
  #close(): void {
    if (this.#isFlushed && !this.#isClosed) {
      this.#isClosed = true;
      void this.heard.push({ type: 'end' });
      if (this.#isComplete) this.#finish();
      return;
    }
    this.#isClosed = true;
    void this.heard.push({ type: 'cancel' });
    this.#finish();
  }

  #finish(): void {
    if (this.#isFinal) return;
    this.#isFinal = true;
    this.#say({ isFinal: true });
    this.heard.end();
    this.#onFinal();
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
