import type { DeepgramClient } from '@deepgram/sdk';
import type { STTEvent, STTRequest, Transcript, WordTiming } from '@parley/core/provider';
import { fieldOf, type SentAudio } from '@parley/core/provider-kit';
import type { DeepgramAccount, Query } from './deepgram-account.js';
import { toldError, unsupported } from './deepgram-error.js';
import type { DeepgramSTTOptions } from './deepgram-settings.js';
import { type ListenDialect, toMs } from './listen-dialect.js';
import { type ListenV1Results, readListenV1 } from './listen-v1-messages.js';
import { codeOf, isConfidence, isNumber, textOf, type VendorMessage } from './read-message.js';
import { SpokenSegments } from './spoken-segments.js';

/** After 10 s without audio and without this the vendor closes; it advises 3 to 5 s. @see https://developers.deepgram.com/docs/keep-alive */
const keepAliveMs = 4000;
/** A pause of this length makes text final. What is said when the turn is over is core's, so it is short. */
const endpointingMs = 25;
/** What the vendor advises where several languages are recognised. */
const endpointingOfManyMs = 100;

/** By the names of the SDK's own arguments, and two that it does not have. */
type ListenV1Query = Partial<
  Record<keyof Parameters<DeepgramClient['listen']['v1']['connect']>[0] | 'no_delay' | 'filler_words', Query[string]>
>;

export interface Listened {
  readonly account: DeepgramAccount;
  readonly model: string;
  readonly request: STTRequest;
  readonly options: DeepgramSTTOptions;
}

/** `nova-3` and all that came before it. @see https://developers.deepgram.com/reference/speech-to-text/listen-streaming */
export class ListenV1 implements ListenDialect {
  readonly url: string;
  readonly pause = { afterMs: keepAliveMs, fill: () => JSON.stringify({ type: 'KeepAlive' }) };
  readonly flushMessage = { type: 'Finalize' };
  readonly endsByClosing = false;
  readonly #hasSpeakers: boolean;
  readonly #segments = new SpokenSegments();
  #requestId: string | undefined;

  constructor(listened: Listened) {
    this.#hasSpeakers = listened.options.speakers === true;
    this.url = listened.account.socketUrl('/v1/listen', queryOf(listened));
  }

  get requestId(): string | undefined {
    return this.#requestId;
  }

  updateMessage(): never {
    throw unsupported('no setting of this model can change during a call: open another');
  }

  isLast({ type }: VendorMessage): boolean {
    return type === 'Metadata';
  }

  *read(message: VendorMessage, audio: SentAudio): Generator<STTEvent, void, void> {
    if (message.type === 'Error') throw toldError(codeOf(message));
    this.#requestId ??= textOf(fieldOf(fieldOf(message, 'metadata'), 'request_id'));
    const known = readListenV1(message);
    switch (known?.type) {
      case 'Results':
        return yield* this.#results(known, audio);
      case 'SpeechStarted':
        return yield* this.#segments.speechStart(audio.startAt(toMs(known.timestamp)));
      case 'UtteranceEnd':
        return yield* this.#segments.speechEnd(audio.endAt(toMs(known.last_word_end)), { isOfWord: true });
      default:
        return undefined;
    }
  }

  *finish(audio: SentAudio): Generator<STTEvent, void, void> {
    yield* this.#segments.finish(audio.endMs);
  }

  *#results(results: ListenV1Results, audio: SentAudio): Generator<STTEvent, void, void> {
    const said = saidIn(results, { audio, hasSpeakers: this.#hasSpeakers });
    if (results.is_final !== true) return yield* this.#segments.interim(said);
    yield* this.#segments.final(said, { isAnswer: results.from_finalize === true });
    if (results.speech_final === true) yield* this.#segments.speechEnd(said.endMs);
  }
}

function saidIn(
  { start, duration, channel }: ListenV1Results,
  { audio, hasSpeakers }: { readonly audio: SentAudio; readonly hasSpeakers: boolean },
): Omit<Transcript, 'segmentId'> & { endMs: number } {
  const best = channel.alternatives[0];
  const words = (best?.words ?? []).map((word): WordTiming => {
    const { confidence, speaker } = word;
    const startMs = audio.startAt(toMs(word.start));
    return {
      text: textOf(word.punctuated_word) ?? word.word,
      startMs,
      endMs: Math.max(startMs, audio.endAt(toMs(word.end))),
      ...(isConfidence(confidence) ? { confidence } : {}),
      ...(hasSpeakers && isNumber(speaker) ? { speaker: String(speaker) } : {}),
    };
  });
  const language = textOf(best?.languages?.[0]);
  const speaker = words[0]?.speaker;
  return {
    text: (best?.transcript ?? '').trim(),
    startMs: words[0]?.startMs ?? audio.startAt(toMs(start)),
    endMs: audio.endAt(toMs(start + duration)),
    ...(language === undefined ? {} : { language }),
    ...(isConfidence(best?.confidence) && best.transcript !== '' ? { confidence: best.confidence } : {}),
    ...(words.length === 0 ? {} : { words }),
    // Of several it is told at each word.
    ...(speaker !== undefined && words.every((word) => word.speaker === speaker) ? { speaker } : {}),
  };
}

function queryOf({ model, request, options }: Listened): ListenV1Query {
  const language = request.language ?? options.language ?? (/^nova-[23]($|-general$)/.test(model) ? 'multi' : undefined);
  const terms = (request.keyterms ?? options.keyterms ?? []).filter((term) => term.trim() !== '');
  const ownEndpointingMs = language === 'multi' ? endpointingOfManyMs : endpointingMs;
  return {
    model,
    encoding: 'linear16',
    sample_rate: request.sampleRate,
    channels: 1,
    interim_results: true,
    vad_events: true,
    punctuate: true,
    endpointing: request.endpointingMs ?? options.endpointingMs ?? ownEndpointingMs,
    utterance_end_ms: options.utteranceEndMs ?? 1000,
    language,
    // Older models call it otherwise.
    ...(model.startsWith('nova-3') ? { keyterm: terms } : { keywords: terms }),
    diarize: options.speakers,
    // It would hold text back for what may still belong to a number.
    ...(options.smartFormat === true ? { smart_format: true, no_delay: true } : {}),
    numerals: options.numerals,
    profanity_filter: options.profanityFilter,
    filler_words: options.fillerWords,
    mip_opt_out: options.optOutOfModelImprovement,
    tag: options.tags,
  };
}
