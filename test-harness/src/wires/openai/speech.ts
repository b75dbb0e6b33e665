import { pcmBytes } from '@parley/core/provider-kit';
import type { HttpExchange } from '../../loopback/vendor-connection.js';
import { splitBytes } from '../../loopback/sse.js';
import type { TTSHeard, TTSStep, TTSWire } from '../../wire/tts-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../read-json.js';
import { failureBody, failureStatus, openaiErrorBody } from './error-body.js';

/** @see https://platform.openai.com/docs/api-reference/audio/createSpeech */
export const speech: TTSWire = {
  kind: 'tts',
  name: 'openai speech',
  transport: 'http',
  sharesConnection: false,
  tells: ['voice'],
  requestId: 'req_1',
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: `${httpUrl}/v1`, apiKey }),
  errorBody: openaiErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'http') throw new TypeError('speech is asked for over HTTP, not by a WebSocket');
    const { method, path } = connection.request;
    if (method !== 'POST' || path !== '/v1/audio/speech') throw new TypeError(`there is no ${method} ${path}: it is POST /v1/audio/speech`);
    const body = readObject(JSON.parse(Buffer.from(await connection.request.body()).toString()), 'the request');
    if (body['response_format'] !== 'pcm') throw new TypeError('"response_format" is not "pcm"');
    open(new SpeechCall(connection, body));
  },
};

class SpeechCall implements VendorCall<TTSHeard, TTSStep> {
  readonly connection: HttpExchange;
  readonly heard: AsyncIterable<TTSHeard>;
  #hasBegun = false;

  constructor(connection: HttpExchange, body: Readonly<Record<string, unknown>>) {
    this.connection = connection;
    const model = readText(body['model'], 'model');
    const voice = readText(body['voice'], 'voice');
    const text = readText(body['input'], 'input');
    this.heard = (async function* (): AsyncGenerator<TTSHeard> {
      yield { type: 'settings', sampleRate: 24_000, model, voice };
      yield { type: 'text', text };
      yield { type: 'flush' };
    })();
  }

  async send(step: TTSStep | Oddity): Promise<void> {
    if (!this.#hasBegun && step.type !== 'failure') this.connection.respond(200, { 'content-type': 'audio/pcm', 'x-request-id': 'req_1' });
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    switch (step.type) {
      case 'audio':
        // Samples cut in two, as a network does.
        for (const bytes of splitBytes(pcmBytes(step.samples), { seed: 7, most: 1999 })) await this.connection.write(bytes);
        return undefined;
      case 'segment-end':
        return this.connection.end();
      case 'failure':
        if (isFirst) this.connection.respond(failureStatus[step.reason], { 'content-type': 'application/json' });
        await this.connection.write(failureBody(step.reason));
        return this.connection.end();
      default:
        // A body of audio has no messages: there is nothing odd to say, and no word timings.
        return undefined;
    }
  }
}
