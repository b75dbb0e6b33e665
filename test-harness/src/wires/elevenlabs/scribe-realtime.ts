import { Channel } from '@parley/core/provider-kit';
import type { VendorRequest, VendorSocket } from '../../loopback/vendor-connection.js';
import type { STTHeard, STTStep, STTWire } from '../../wire/stt-wire.js';
import type { Oddity, VendorCall } from '../../wire/wire.js';
import { readObject, readText } from '../read-json.js';
import { elevenLabsErrorBody, type FailureReason, requestId, vendorsWords } from './error-body.js';
import { readRate } from './speech-request.js';

const frameOverhead = 40;
const messageTypes: Readonly<Record<FailureReason, string>> = {
  authentication: 'auth_error',
  'rate-limit': 'rate_limited',
  'invalid-request': 'input_error',
  server: 'transcriber_error',
};

/** After a commit: nothing more comes, so it was the last. Real time, since that is a thing of the network. */
const lastCommitMs = 25;

/**
 * Realtime recognition. The vendor knows no end of the audio: what is left is committed, and the socket closed by the plugin. A commit that
 * nothing follows is told as a flush and an end.
 *
 * @see https://elevenlabs.io/docs/api-reference/speech-to-text/v-1-speech-to-text-realtime
 */
export const scribeRealtime: STTWire = {
  kind: 'stt',
  name: 'elevenlabs scribe realtime',
  transport: 'websocket',
  sharesConnection: false,
  idleLimitMs: 20_000,
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: elevenLabsErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('realtime recognition is asked for by a WebSocket, not over HTTP');
    const settings = readSettings(connection.request);
    connection.accept({ 'request-id': requestId });
    const call = new ScribeCall(connection);
    void call.heard.push(settings);
    connection.send(JSON.stringify({ message_type: 'session_started', session_id: requestId, config: {} }));
    open(call);
    try {
      for await (const frame of connection.frames) {
        if (frame.type !== 'text') throw new TypeError('a message is binary; it must be JSON');
        call.hear(readObject(JSON.parse(frame.text), 'a message'));
      }
    } finally {
      call.end();
    }
  },
};

function readSettings({ path, query, headers }: VendorRequest): STTHeard {
  if (path !== '/v1/speech-to-text/realtime') throw new TypeError(`there is no ${path}: it is /v1/speech-to-text/realtime`);
  if ((headers['xi-api-key'] ?? '') === '') throw new TypeError('there is no header "xi-api-key"');
  const language = query.get('language_code');
  const keyterms = query.getAll('keyterms');
  const silence = query.get('vad_silence_threshold_secs');
  return {
    type: 'settings',
    sampleRate: readRate(query.get('audio_format')),
    model: query.get('model_id') ?? '',
    ...(language === null ? {} : { language }),
    ...(keyterms.length === 0 ? {} : { keyterms }),
    ...(silence === null ? {} : { endpointingMs: Number(silence) * 1000 }),
  };
}

class ScribeCall implements VendorCall<STTHeard, STTStep> {
  readonly connection: VendorSocket;
  readonly heard = new Channel<STTHeard>({ capacity: 200_000, whenFull: 'drop-oldest' });
  /** Commits without an answer so far. */
  #commits = 0;
  #hasEnded = false;
  #lastCommit: NodeJS.Timeout | undefined;

  constructor(connection: VendorSocket) {
    this.connection = connection;
  }

  end(): void {
    clearTimeout(this.#lastCommit);
    this.#tellEnd();
    this.heard.end();
  }

  #tellEnd(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    void this.heard.push({ type: 'end' });
  }

  hear(message: Readonly<Record<string, unknown>>): void {
    clearTimeout(this.#lastCommit);
    if (message['message_type'] !== 'input_audio_chunk') throw new TypeError(`there is no message "${String(message['message_type'])}"`);
    const bytes = Buffer.from(readText(message['audio_base_64'], 'audio_base_64'), 'base64');
    if (bytes.byteLength % 2 === 1) throw new TypeError('the audio ends in the middle of a sample');
    if (bytes.byteLength > 0) void this.heard.push({ type: 'audio', samples: samplesOf(bytes) });
    if (message['commit'] === true) {
      this.#commits += 1;
      void this.heard.push({ type: 'flush' });
      this.#lastCommit = setTimeout(() => this.#tellEnd(), lastCommitMs);
    } else if (bytes.byteLength === 0) void this.heard.push({ type: 'keep-alive' });
  }

  async send(step: STTStep | Oddity): Promise<void> {
    switch (step.type) {
      case 'interim':
        return this.#say('partial_transcript', { text: step.text });
      case 'final':
        return this.#commit(step);
      case 'done':
        while (this.#commits > 0) this.#commit({ text: '', words: [] });
        return undefined;
      case 'unknown':
        return this.#say('news', { of: 'a later version' });
      case 'malformed':
        return this.connection.send('{"message_type":"partial_transcript","text":');
      case 'large':
        return this.#say('news', { of: 'x'.repeat(Math.max(0, step.sizeBytes - frameOverhead)) });
      case 'failure':
        this.#say(messageTypes[step.reason], { error: vendorsWords(step.reason) });
        return this.connection.close(1008, vendorsWords(step.reason));
      default:
        // Of beginnings, ends and turns this vendor says nothing.
        return undefined;
    }
  }

  #commit({ text, words, confidence = 0.9 }: Pick<Extract<STTStep, { readonly type: 'final' }>, 'text' | 'words' | 'confidence'>): void {
    this.#commits = Math.max(0, this.#commits - 1);
    this.#say('committed_transcript', { text });
    if (this.connection.request.query.get('include_timestamps') !== 'true') return;
    const items = words.flatMap((word, index) => {
      const item = { text: word.text, start: word.startMs / 1000, end: word.endMs / 1000, type: 'word', logprob: Math.log(confidence) };
      return index === 0 ? [item] : [{ text: ' ', start: item.start, end: item.start, type: 'spacing', logprob: 0 }, item];
    });
    this.#say('committed_transcript_with_timestamps', { text, language_code: 'en', words: items });
  }

  #say(type: string, fields: Readonly<Record<string, unknown>>): void {
    this.connection.send(JSON.stringify({ message_type: type, ...fields }));
  }
}

function samplesOf(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.byteLength / 2);
  for (const index of samples.keys()) samples[index] = bytes.readInt16LE(index * 2);
  return samples;
}
