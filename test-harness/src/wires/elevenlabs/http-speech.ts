import { pcmBytes } from '@parley/core/provider-kit';
import type { HttpExchange } from '../../loopback/vendor-connection.js';
import { splitBytes } from '../../loopback/sse.js';
import type { TTSHeard, TTSStep, TTSWire } from '../../wire/tts-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../read-json.js';
import { elevenLabsErrorBody, failureBody, failureStatus, requestId } from './error-body.js';
import { readSpeechRequest } from './speech-request.js';

/** @see https://elevenlabs.io/docs/api-reference/text-to-speech/stream */
export const httpSpeech: TTSWire = {
  kind: 'tts',
  name: 'elevenlabs speech over HTTP',
  // The one that is not to be had over the socket.
  model: 'eleven_v3',
  transport: 'http',
  sharesConnection: false,
  tells: ['voice', 'language', 'word-places'],
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: elevenLabsErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'http') throw new TypeError('this speech is asked for over HTTP, not by a WebSocket');
    if (connection.request.method !== 'POST') throw new TypeError(`speech is asked for by POST, not ${connection.request.method}`);
    const settings = readSpeechRequest(connection.request, 'stream');
    const body = readObject(JSON.parse(Buffer.from(await connection.request.body()).toString()), 'the request');
    const language = body['language_code'];
    open(
      new SpeechExchange(connection, [
        { ...settings, model: readText(body['model_id'], 'model_id'), ...(typeof language === 'string' ? { language } : {}) },
        { type: 'text', text: readText(body['text'], 'text') },
        { type: 'flush' },
      ]),
    );
  },
};

class SpeechExchange implements VendorCall<TTSHeard, TTSStep> {
  readonly connection: HttpExchange;
  readonly heard: AsyncIterable<TTSHeard>;
  #hasBegun = false;
  #sent: Promise<void> = Promise.resolve();

  constructor(connection: HttpExchange, heard: readonly TTSHeard[]) {
    this.connection = connection;
    this.heard = (async function* () {
      yield* heard;
    })();
  }

  /** One after another, also if nobody waits for the one before. */
  send(step: TTSStep | Oddity): Promise<void> {
    this.#sent = this.#sent.then(() => this.#say(step));
    return this.#sent;
  }

  async #say(step: TTSStep | Oddity): Promise<void> {
    const isFirst = !this.#hasBegun;
    if (isFirst && step.type === 'failure') this.connection.respond(failureStatus[step.reason], { 'content-type': 'application/json' });
    else if (isFirst) this.connection.respond(200, { 'content-type': 'audio/pcm', 'request-id': requestId });
    this.#hasBegun = true;
    switch (step.type) {
      case 'audio':
        // Samples cut in two, as a network does.
        for (const bytes of splitBytes(pcmBytes(step.samples), { seed: 7, most: 1999 })) await this.connection.write(bytes);
        return undefined;
      case 'segment-end':
        return this.connection.end();
      case 'failure':
        if (isFirst) await this.connection.write(failureBody(step.reason));
        // In the midst of audio there is no word for it: the connection breaks.
        return isFirst ? this.connection.end() : this.connection.destroy();
      default:
        // A body of audio has no messages: there is nothing odd to say, and no word timings.
        return undefined;
    }
  }
}
