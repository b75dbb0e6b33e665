import type { DeepgramClient } from '@deepgram/sdk';
import type { STTEvent, STTSettings, Transcript, WordTiming } from '@parley/core/provider';
import { fieldOf, pcmBytes, type SentAudio } from '@parley/core/provider-kit';
import type { Query } from './deepgram-account.js';
import { toldError, unsupported } from './deepgram-error.js';
import { type ListenDialect, toMs } from './listen-dialect.js';
import type { Listened } from './listen-v1.js';
import { type Configure, readTurnInfo, type TurnInfo } from './listen-v2-messages.js';
import { codeOf, isConfidence, isNumber, textOf, type VendorMessage } from './read-message.js';
import { SpokenSegments } from './spoken-segments.js';

/** The vendor's clock is the audio: where none comes, no turn ends and the connection is given up. So silence takes its place, as long as it lasts. */
const silenceMs = 500;
/** Below the vendor's own 0.7 for the end of a turn; without a value it would tell of none. */
const eagerThreshold = 0.5;
/** By the names of the SDK's own arguments. */
type ListenV2Query = Partial<Record<keyof Parameters<DeepgramClient['listen']['v2']['connect']>[0], Query[string]>>;

/** Recognises several languages, and takes hints which. */
const isMultilingual = (model: string): boolean => model.endsWith('-multi');

/** Of all calls of a rate; never written to. */
const silences = new Map<number, Uint8Array>();

function silenceAt(sampleRate: number): Uint8Array {
  const known = silences.get(sampleRate);
  if (known !== undefined) return known;
  const made = pcmBytes(new Int16Array((sampleRate * silenceMs) / 1000));
  silences.set(sampleRate, made);
  return made;
}

/** Flux: models that know when a turn is over. @see https://developers.deepgram.com/docs/flux/state-machine */
export class ListenV2 implements ListenDialect {
  readonly url: string;
  readonly pause;
  readonly flushMessage = { type: 'ForceEndTurn' };
  readonly #model: string;
  readonly endsByClosing = true;
  readonly #segments = new SpokenSegments();
  #requestId: string | undefined;
  /** Shown last: most updates say the same again. */
  #shown = '';

  constructor(listened: Listened) {
    const { account, model, request } = listened;
    this.#model = model;
    this.url = account.socketUrl('/v2/listen', queryOf(listened));
    const silence = silenceAt(request.sampleRate);
    this.pause = {
      afterMs: silenceMs,
      fill: (audio: SentAudio): Uint8Array => {
        audio.silence(silence.byteLength / 2);
        return silence;
      },
    };
  }

  get requestId(): string | undefined {
    return this.#requestId;
  }

  updateMessage({ keyterms, language, endpointingMs }: STTSettings): Configure | undefined {
    if (endpointingMs !== undefined) throw unsupported('this model takes no "endpointingMs": it finds the end of a turn by itself');
    if (language !== undefined && !isMultilingual(this.#model)) throw unsupported('this model knows one language: leave out "language"');
    const hints = language === undefined ? undefined : [language];
    if (keyterms === undefined && hints === undefined) return undefined;
    return {
      type: 'Configure',
      ...(keyterms === undefined ? {} : { keyterms: [...keyterms] }),
      ...(hints === undefined ? {} : { language_hints: hints }),
    };
  }

  /** It says none, and closes. */
  isLast(): boolean {
    return false;
  }

  *read(message: VendorMessage, audio: SentAudio): Generator<STTEvent, void, void> {
    if (message.type === 'Error') throw toldError(codeOf(message));
    this.#requestId ??= textOf(fieldOf(message, 'request_id'));
    const info = readTurnInfo(message);
    if (info !== undefined) yield* this.#turn(info, audio);
  }

  *finish(audio: SentAudio): Generator<STTEvent, void, void> {
    yield* this.#segments.finish(audio.endMs);
  }

  *#turn(info: TurnInfo, audio: SentAudio): Generator<STTEvent, void, void> {
    const said = saidIn(info, audio);
    const confidence = isConfidence(info.end_of_turn_confidence) ? { confidence: info.end_of_turn_confidence } : {};
    switch (info.event) {
      case 'StartOfTurn':
        yield* this.#segments.speechStart(said.startMs ?? said.endMs);
        return yield* this.#show(said);
      case 'Update':
        return yield* this.#show(said);
      case 'EagerEndOfTurn':
        yield* this.#show(said);
        return yield { type: 'turn-eager', text: said.text, ...confidence };
      case 'TurnResumed':
        yield { type: 'turn-resumed' };
        return yield* this.#show(said);
      case 'EndOfTurn':
        return yield* this.#end(info, said, confidence);
      default:
        return undefined;
    }
  }

  *#show(said: ReturnType<typeof saidIn>): Generator<STTEvent, void, void> {
    if (said.text === this.#shown) return;
    this.#shown = said.text;
    yield* this.#segments.interim(said);
  }

  *#end(
    { trigger }: TurnInfo,
    said: ReturnType<typeof saidIn>,
    confidence: { readonly confidence?: number },
  ): Generator<STTEvent, void, void> {
    const atMs = said.words?.at(-1)?.endMs ?? said.endMs;
    const isTurn = said.text !== '' || this.#segments.isSpeech;
    this.#shown = '';
    yield* this.#segments.final(said, { isAnswer: trigger === 'manual' });
    yield* this.#segments.speechEnd(atMs);
    if (isTurn) yield { type: 'turn-end', atMs, ...confidence };
  }
}

function saidIn(info: TurnInfo, audio: SentAudio): Omit<Transcript, 'segmentId'> & { endMs: number } {
  // Some words come without times, and timings are of all or none.
  const words = info.words.flatMap(({ word, start, end, confidence }): WordTiming[] => {
    if (!isNumber(start) || !isNumber(end)) return [];
    const startMs = audio.startAt(toMs(start));
    const endMs = Math.max(startMs, audio.endAt(toMs(end)));
    return [{ text: word, startMs, endMs, ...(isConfidence(confidence) ? { confidence } : {}) }];
  });
  const language = textOf(info.languages?.[0]);
  return {
    text: info.transcript.trim(),
    startMs: words[0]?.startMs ?? audio.startAt(toMs(info.audio_window_start)),
    endMs: audio.endAt(toMs(info.audio_window_end)),
    ...(language === undefined ? {} : { language }),
    ...(words.length > 0 && words.length === info.words.length ? { words } : {}),
  };
}

function queryOf({ model, request, options }: Listened): ListenV2Query {
  const language = request.language ?? options.language;
  const { eagerEndOfTurnThreshold: eager = eagerThreshold } = options;
  return {
    model,
    encoding: 'linear16',
    sample_rate: request.sampleRate,
    eot_threshold: options.endOfTurnThreshold,
    eager_eot_threshold: eager ?? undefined,
    eot_timeout_ms: options.endOfTurnTimeoutMs,
    keyterm: (request.keyterms ?? options.keyterms ?? []).filter((term) => term.trim() !== ''),
    language_hint: language !== undefined && isMultilingual(model) ? language : undefined,
    numerals: options.numerals,
    profanity_filter: options.profanityFilter,
    mip_opt_out: options.optOutOfModelImprovement,
    tag: options.tags,
  };
}
