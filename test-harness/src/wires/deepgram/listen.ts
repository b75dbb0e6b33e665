import type { VendorRequest } from '../../loopback/vendor-connection.js';
import type { STTHeard, STTStep, STTWire } from '../../wire/stt-wire.js';
import { checkAsked, deepgramErrorBody, requestHeaders, requestId } from './deepgram-failure.js';
import { ListenCall, seconds } from './listen-call.js';

const known =
  'model encoding sample_rate channels language interim_results vad_events punctuate smart_format no_delay endpointing utterance_end_ms keyterm keywords diarize numerals profanity_filter filler_words mip_opt_out tag'.split(
    ' ',
  );

/** Nova, and what came before it. @see https://developers.deepgram.com/reference/speech-to-text/listen-streaming */
export const listen: STTWire = {
  kind: 'stt',
  name: 'deepgram listen',
  model: 'nova-3',
  transport: 'websocket',
  sharesConnection: false,
  idleLimitMs: 10_000,
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: deepgramErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('recognition is asked for by a WebSocket');
    const { path } = connection.request;
    if (path !== '/v1/listen') throw new TypeError(`there is no ${path}: it is /v1/listen`);
    checkAsked(connection.request, known);
    connection.accept(requestHeaders);
    open(
      new ListenCall(connection, {
        settings: settingsOf(connection.request),
        read: readText,
        messages: (step) => messagesOf(step),
        last: () => ({
          type: 'Metadata',
          transaction_key: 'deprecated',
          request_id: requestId,
          sha256: '0'.repeat(64),
          created: '2026-11-22T00:00:00.000Z',
          duration: 0,
          channels: 1,
        }),
      }),
    );
    await new Promise<void>((resolve) => connection.closed.addEventListener('abort', () => resolve(), { once: true }));
  },
};

function settingsOf({ query }: VendorRequest): Omit<Extract<STTHeard, { readonly type: 'settings' }>, 'type'> {
  const language = query.get('language');
  const terms = [...query.getAll('keyterm'), ...query.getAll('keywords')];
  return {
    sampleRate: Number(query.get('sample_rate')),
    model: query.get('model') ?? '',
    ...(language === null ? {} : { language }),
    ...(terms.length === 0 ? {} : { keyterms: terms }),
    ...(query.has('endpointing') ? { endpointingMs: Number(query.get('endpointing')) } : {}),
  };
}

function readText({ type }: Readonly<Record<string, unknown>>): STTHeard {
  switch (type) {
    case 'Finalize':
      return { type: 'flush' };
    case 'KeepAlive':
      return { type: 'keep-alive' };
    case 'CloseStream':
      return { type: 'end' };
    default:
      throw new TypeError(`there is no message "${String(type)}"`);
  }
}

function messagesOf(step: Exclude<STTStep, { readonly type: 'done' }>): readonly object[] {
  switch (step.type) {
    case 'interim':
      return [results(step, { is_final: false, speech_final: false })];
    case 'final':
      return [results(step, { is_final: true, speech_final: false, from_finalize: step.flushed ?? false })];
    case 'speech-start':
      return [{ type: 'SpeechStarted', channel: [0, 1], timestamp: seconds(step.atMs) }];
    case 'speech-end':
      return [{ type: 'UtteranceEnd', channel: [0, 1], last_word_end: seconds(step.atMs) }];
    default:
      // It knows no turns.
      return [];
  }
}

function results(
  { text, startMs, endMs, words, speaker, confidence = 0.98 }: Extract<STTStep, { readonly type: 'interim' | 'final' }>,
  marks: object,
): object {
  return {
    type: 'Results',
    channel_index: [0, 1],
    start: seconds(startMs),
    duration: seconds(endMs - startMs),
    ...marks,
    channel: {
      alternatives: [
        {
          transcript: text,
          confidence: text === '' ? 0 : confidence,
          words: words.map((word) => ({
            word: word.text.toLowerCase(),
            punctuated_word: word.text,
            start: seconds(word.startMs),
            end: seconds(word.endMs),
            confidence,
            ...(speaker === undefined ? {} : { speaker: Number(speaker) }),
          })),
        },
      ],
    },
    metadata: {
      request_id: requestId,
      model_info: { name: 'general-nova-3', version: '2025-04-17.0', arch: 'nova-3' },
      model_uuid: '0'.repeat(8),
    },
  };
}
