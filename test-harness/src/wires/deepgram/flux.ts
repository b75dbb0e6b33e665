import type { VendorRequest } from '../../loopback/vendor-connection.js';
import type { STTHeard, STTStep, STTWire } from '../../wire/stt-wire.js';
import { readList, readText as readField } from '../read-json.js';
import { checkAsked, deepgramErrorBody, requestHeaders, requestId } from './deepgram-failure.js';
import { ListenCall, seconds } from './listen-call.js';

const known =
  'model encoding sample_rate eot_threshold eager_eot_threshold eot_timeout_ms keyterm language_hint numerals profanity_filter mip_opt_out tag'.split(
    ' ',
  );

/** Models that know when a turn is over. @see https://developers.deepgram.com/docs/flux/state-machine */
export const flux: STTWire = {
  kind: 'stt',
  name: 'deepgram flux',
  model: 'flux-general-multi',
  transport: 'websocket',
  sharesConnection: false,
  idleLimitMs: 10_000,
  requestId,
  settings: ({ httpUrl }, apiKey) => ({ baseUrl: httpUrl, apiKey }),
  errorBody: deepgramErrorBody,
  async serve(connection, open) {
    if (connection.type !== 'websocket') throw new TypeError('recognition is asked for by a WebSocket');
    const { path } = connection.request;
    if (path !== '/v2/listen') throw new TypeError(`there is no ${path}: it is /v2/listen`);
    checkAsked(connection.request, known);
    connection.accept(requestHeaders);
    const turns = new Turns();
    connection.send(JSON.stringify(turns.message({ type: 'Connected' })));
    open(
      new ListenCall(connection, {
        settings: settingsOf(connection.request),
        read: readText,
        messages: (step) => turns.messagesOf(step),
        // It closes, and that is all.
        last: () => undefined,
      }),
    );
    await new Promise<void>((resolve) => connection.closed.addEventListener('abort', () => resolve(), { once: true }));
  },
};

function settingsOf({ query }: VendorRequest): Omit<Extract<STTHeard, { readonly type: 'settings' }>, 'type'> {
  const language = query.get('language_hint');
  return {
    sampleRate: Number(query.get('sample_rate')),
    model: query.get('model') ?? '',
    ...(language === null ? {} : { language }),
    ...(query.has('keyterm') ? { keyterms: query.getAll('keyterm') } : {}),
  };
}

function readText({ type, keyterms, language_hints: hints }: Readonly<Record<string, unknown>>): STTHeard {
  if (type === 'ForceEndTurn') return { type: 'flush' };
  if (type === 'CloseStream') return { type: 'end' };
  if (type !== 'Configure') throw new TypeError(`there is no message "${String(type)}"`);
  const [language] = hints === undefined ? [] : readList(hints, 'language_hints');
  return {
    type: 'update',
    ...(keyterms === undefined ? {} : { keyterms: readList(keyterms, 'keyterms').map((term) => readField(term, 'a keyterm')) }),
    ...(language === undefined ? {} : { language: readField(language, 'a language hint') }),
  };
}

type Said = Omit<Extract<STTStep, { readonly type: 'interim' }>, 'type'>;
const nothing: Said = { text: '', startMs: 0, endMs: 0, words: [] };

const spoken = ({ text, endMs, confidence }: Pick<Said, 'text' | 'endMs' | 'confidence'>): Partial<Said> => ({
  text,
  endMs,
  ...(confidence === undefined ? {} : { confidence }),
});

/** A turn has one final text, which comes with its end: the two steps `final` and `turn-end` are one message. */
class Turns {
  #sequence = 0;
  #index = 0;
  #last: Said = nothing;
  #hasEnded = false;

  messagesOf(step: Exclude<STTStep, { readonly type: 'done' }>): readonly object[] {
    const isEnd = step.type === 'turn-end' || step.type === 'speech-end';
    if (isEnd && this.#hasEnded) return [];
    this.#hasEnded = false;
    switch (step.type) {
      case 'speech-start':
        return [this.#info('StartOfTurn', { ...nothing, startMs: step.atMs, endMs: step.atMs })];
      case 'interim':
        return [this.#info('Update', step)];
      case 'turn-eager':
        return [this.#info('EagerEndOfTurn', { ...this.#last, ...spoken(step) })];
      case 'turn-resumed':
        return [this.#info('TurnResumed', this.#last)];
      case 'final':
        return this.#end(step, step.flushed === true ? 'manual' : 'model');
      case 'turn-end':
        return this.#end({ ...this.#last, ...spoken(step) }, 'model');
      default:
        // It comes with the turn's end.
        return [];
    }
  }

  message(fields: object): object {
    const sequence = this.#sequence;
    this.#sequence += 1;
    return { ...fields, request_id: requestId, sequence_id: sequence };
  }

  #end(said: Said, trigger: string): readonly object[] {
    const info = { ...this.#info('EndOfTurn', said), trigger };
    this.#index += 1;
    this.#last = nothing;
    this.#hasEnded = true;
    return [info];
  }

  #info(event: string, said: Said): object {
    this.#last = said;
    const { text, startMs, endMs, words, confidence } = said;
    return this.message({
      type: 'TurnInfo',
      event,
      turn_index: this.#index,
      audio_window_start: seconds(startMs),
      audio_window_end: seconds(endMs),
      transcript: text,
      words: words.map((word) => ({
        word: word.text,
        confidence: confidence ?? 0.98,
        start: seconds(word.startMs),
        end: seconds(word.endMs),
      })),
      end_of_turn_confidence: confidence ?? (event === 'EndOfTurn' ? 0.9 : 0.5),
    });
  }
}
