import { pcmBytes } from '@parley/core/provider-kit';
import { splitBytes } from '../../loopback/sse.js';
import type { HttpExchange } from '../../loopback/vendor-connection.js';
import type { TTSHeard, TTSStep, TTSWire } from '../../wire/tts-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../read-json.js';
import { checkAsked, deepgramErrorBody, errorBody, failureStatus, requestHeaders, requestId } from './deepgram-failure.js';

const longestText = 2000;
const known = 'model encoding container sample_rate speed mip_opt_out tag'.split(' ');

/** Aura by the request. @see https://developers.deepgram.com/reference/text-to-speech/speak-request */
export const speakRest: TTSWire = {
  kind: 'tts',
  name: 'deepgram speak over rest',
  model: 'aura-2-thalia-en:rest',
  transport: 'http',
  sharesConnection: false,
  tells: ['voice'],
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: deepgramErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'http') throw new TypeError('speech is asked for over HTTP here');
    const { method, path, query } = connection.request;
    if (method !== 'POST' || path !== '/v1/speak') throw new TypeError(`there is no ${method} ${path}: it is POST /v1/speak`);
    checkAsked(connection.request, known);
    if (query.get('container') !== 'none') throw new TypeError('"container" is not "none"');
    const { text } = readObject(JSON.parse(Buffer.from(await connection.request.body()).toString()), 'the request');
    const said = readText(text, 'text');
    if (said === '' || said.length > longestText) throw new TypeError(`the text has ${said.length} characters: 1 to ${longestText}`);
    open(new RestCall(connection, said));
  },
};

class RestCall implements VendorCall<TTSHeard, TTSStep> {
  readonly connection: HttpExchange;
  readonly heard: AsyncIterable<TTSHeard>;
  readonly #model: string;
  #hasBegun = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(connection: HttpExchange, text: string) {
    this.connection = connection;
    const { query } = connection.request;
    const model = query.get('model') ?? '';
    this.#model = model;
    const sampleRate = Number(query.get('sample_rate'));
    this.heard = (async function* (): AsyncGenerator<TTSHeard> {
      yield { type: 'settings', sampleRate, model, voice: model };
      yield { type: 'text', text };
      yield { type: 'flush' };
    })();
  }

  /** One after another: the pieces of two must not mix. */
  send(step: TTSStep | Oddity): Promise<void> {
    const sending = this.#sending.then(() => this.#say(step));
    this.#sending = sending.catch(() => {});
    return sending;
  }

  async #say(step: TTSStep | Oddity): Promise<void> {
    const isFirst = !this.#hasBegun;
    if (isFirst && step.type !== 'failure')
      this.connection.respond(200, { 'content-type': 'audio/l16', 'dg-model-name': this.#model, ...requestHeaders });
    this.#hasBegun = true;
    switch (step.type) {
      case 'audio':
        for (const bytes of splitBytes(pcmBytes(step.samples), { seed: 7, most: 1999 })) await this.connection.write(bytes);
        return undefined;
      case 'segment-end':
        return this.connection.end();
      case 'failure':
        if (isFirst) this.connection.respond(failureStatus[step.reason], { 'content-type': 'application/json', ...requestHeaders });
        await this.connection.write(errorBody(step.reason));
        return this.connection.end();
      default:
        // A body of audio has no messages.
        return undefined;
    }
  }
}
