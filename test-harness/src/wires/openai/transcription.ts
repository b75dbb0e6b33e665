import type { HttpExchange } from '../../loopback/vendor-connection.js';
import type { STTHeard, STTStep, STTWire } from '../../wire/stt-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { failureBody, failureStatus, openaiErrorBody } from './error-body.js';

/** @see https://platform.openai.com/docs/api-reference/audio/createTranscription */
export const transcription: STTWire = {
  kind: 'stt',
  name: 'openai transcription',
  transport: 'http',
  sharesConnection: false,
  requestId: 'req_1',
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: `${httpUrl}/v1`, apiKey }),
  errorBody: openaiErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'http') throw new TypeError('a transcription is asked for over HTTP, not by a WebSocket');
    const { method, path } = connection.request;
    if (method !== 'POST' || path !== '/v1/audio/transcriptions')
      throw new TypeError(`there is no ${method} ${path}: it is POST /v1/audio/transcriptions`);
    open(new TranscriptionCall(connection, await readForm(connection)));
  },
};

/** A form with a file, as the platform reads one. */
async function readForm({ request }: HttpExchange): Promise<readonly STTHeard[]> {
  const body = await request.body();
  const form = await new Response(body.slice(), { headers: { 'content-type': request.headers['content-type'] ?? '' } }).formData();
  const file = form.get('file');
  if (!(file instanceof File)) throw new TypeError('the form has no "file"');
  const wav = Buffer.from(await file.arrayBuffer());
  if (wav.toString('latin1', 0, 4) !== 'RIFF' || wav.readUInt32LE(40) !== wav.length - 44)
    throw new TypeError('the file is no WAV of the length it says');
  const samples = new Int16Array((wav.length - 44) / 2);
  for (const index of samples.keys()) samples[index] = wav.readInt16LE(44 + index * 2);
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const language = text('language');
  const prompt = text('prompt');
  return [
    {
      type: 'settings',
      sampleRate: wav.readUInt32LE(24),
      model: text('model') ?? '',
      ...(language === undefined ? {} : { language }),
      ...(prompt === undefined ? {} : { keyterms: prompt.split(', ') }),
    },
    { type: 'audio', samples },
    { type: 'end' },
  ];
}

class TranscriptionCall implements VendorCall<STTHeard, STTStep> {
  readonly connection: HttpExchange;
  readonly heard: AsyncIterable<STTHeard>;

  constructor(connection: HttpExchange, heard: readonly STTHeard[]) {
    this.connection = connection;
    this.heard = (async function* () {
      yield* heard;
    })();
  }

  async send(step: STTStep | Oddity): Promise<void> {
    switch (step.type) {
      case 'final':
        return this.#answer(200, JSON.stringify({ text: step.text, usage: { type: 'duration', seconds: step.endMs / 1000 } }));
      case 'malformed':
        return this.#answer(200, '{"text":"');
      case 'unknown':
        return this.#answer(200, JSON.stringify({ news: 'of a later version' }));
      case 'failure':
        return this.#answer(failureStatus[step.reason], failureBody(step.reason));
      default:
        // One answer is all there is.
        return undefined;
    }
  }

  async #answer(status: number, body: string): Promise<void> {
    this.connection.respond(status, { 'content-type': 'application/json', 'x-request-id': 'req_1' });
    await this.connection.write(body);
    this.connection.end();
  }
}
