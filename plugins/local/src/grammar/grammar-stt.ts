import { APIError, type AudioFrame, type STT, type STTEvent, type STTRequest, type WordTiming } from '@parley/core/provider';
import type { Call } from '@parley/core/provider-kit';
import { type GrammarLease, grammarWorker, type SilenceLimits, type Vocabulary } from './grammar-worker-client.js';
import { HeardAudio } from './heard-audio.js';
import { jsgfWords } from './jsgf-words.js';
import { OpenCalls } from '../worker/open-calls.js';
import { type Pronunciations, readPronunciations } from './pronunciations.js';
import { Recogniser } from './recogniser.js';

const notUnderstood = '[not understood]';

/** What it understands, and from when on it says that it did not. */
export interface GrammarSTTOptions {
  /** JSGF, in lower case, with a public rule. */
  readonly grammar: string;
  /** For words that the recogniser's dictionary (American English, 130,000 words) lacks. */
  readonly pronunciations?: Pronunciations | null | undefined;
  /** The text of a final for speech that is not in the grammar; `[not understood]` by default. */
  readonly rejectedText?: string | null | undefined;
  /** A pause inside an utterance, from which on it is taken for unknown speech: 500 by default. A VAD would have cut there. */
  readonly maxPauseMs?: number | null | undefined;
  /** The same for the silence at its end: 800 by default. Set it to what your VAD waits after speech, and 300 more. */
  readonly maxTrailingSilenceMs?: number | null | undefined;
}

const sampleRate = 16_000;
/** An utterance longer than this is ended as a `flush` would end it, and the next one begins: decoding needs memory for all of it. */
const longestUtteranceMs = 60_000;

/** What a call could be given, and this recogniser does not take. */
const settingNames = ['language', 'keyterms', 'endpointingMs'] as const;

const capabilities = Object.freeze({
  streaming: false,
  interimTranscripts: true,
  endpointing: false,
  turnDetection: false,
  wordTimings: true,
  speakers: false,
  settings: Object.freeze([]),
  updatable: Object.freeze([]),
  sampleRates: Object.freeze([sampleRate]),
});

/**
 * Speech recognition by grammar with soundswallower, in a worker thread: English, offline. It understands the sentences of its grammar
 * and no others; what else is said becomes a final with `rejectedText`, so that somebody can answer it.
 *
 * - One utterance per call, cut by a VAD, ideally with 300 ms of the audio before it. A `flush` ends an utterance as the end of the input
 *   does. Without speech the final is empty.
 * - Interims come from two words on, and are forced into the grammar: only the final says whether that was right.
 * - At most four calls are decoded at once in a process; further ones wait, and their audio is not read until then.
 * - It adapts to voice and line within a session (`sessionId`), never across sessions.
 * - A word that the dictionary lacks fails `prewarm` and each call with an `APIError` of kind `invalid-request` that names it.
 *
 * @throws {TypeError} The grammar or a pronunciation is malformed.
 */
export function createGrammarSTT(options: GrammarSTTOptions): STT {
  const setup: Setup = {
    vocabulary: {
      grammar: options.grammar,
      words: jsgfWords(options.grammar),
      pronunciations: readPronunciations(options.pronunciations ?? {}),
    },
    rejectedText: options.rejectedText ?? notUnderstood,
    limits: { maxPauseMs: options.maxPauseMs ?? 500, maxTrailingSilenceMs: options.maxTrailingSilenceMs ?? 800 },
  };
  const calls = new OpenCalls();
  let lease: GrammarLease | undefined;
  const openLease = () => {
    calls.assertOpen();
    lease ??= grammarWorker.lease();
    return lease;
  };
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'local',
    model: 'grammar',
    capabilities,
    transcribe(request) {
      if (request.sampleRate !== sampleRate)
        throw unsupported(`the recogniser hears ${sampleRate} Hz, not ${request.sampleRate}: resample the audio`);
      const setting = settingNames.find((name) => request[name] !== undefined);
      if (setting !== undefined) throw unsupported(`the recogniser knows English and its grammar, and takes no "${setting}": leave it out`);
      const started = { ...setup, lease: openLease() };
      return calls.stream(request, (call) => transcribe(request, call, started));
    },
    async prewarm({ signal }) {
      await openLease().ask({ type: 'prewarm', vocabulary: setup.vocabulary }, signal);
    },
    async close() {
      calls.close();
      await lease?.[Symbol.asyncDispose]();
    },
  };
}

interface Setup {
  readonly vocabulary: Vocabulary;
  readonly rejectedText: string;
  readonly limits: SilenceLimits;
}

type Started = Setup & { readonly lease: GrammarLease };

async function* transcribe(request: STTRequest, call: Call, setup: Started): AsyncGenerator<STTEvent, void, void> {
  yield { type: 'response-metadata', model: 'grammar' };
  const recogniser = await call.open(new Recogniser(setup, { sessionId: request.sessionId, signal: call.signal }));
  let utterance = new Utterance(1, recogniser, setup);
  for await (const input of request.audio) {
    if (input.type === 'update') continue;
    const interim = input.type === 'audio' ? await utterance.hear(input.frame) : undefined;
    if (interim !== undefined) yield interim;
    if (input.type === 'audio' && utterance.durationMs < longestUtteranceMs) continue;
    yield await utterance.finish();
    utterance = utterance.next();
  }
  // After a flush there may be nothing more to say; but an input without any audio is answered, too.
  if (utterance.number === 1 || utterance.durationMs > 0) yield await utterance.finish();
}

/** From its first frame to its final. */
class Utterance {
  readonly number: number;
  readonly #recogniser: Recogniser;
  readonly #setup: Setup;
  readonly #heard: HeardAudio;
  #shown = '';

  constructor(number: number, recogniser: Recogniser, setup: Setup & { readonly startMs?: number }) {
    this.number = number;
    this.#recogniser = recogniser;
    this.#setup = setup;
    this.#heard = new HeardAudio(setup.startMs);
  }

  next(): Utterance {
    return new Utterance(this.number + 1, this.#recogniser, { ...this.#setup, startMs: this.#heard.endMs });
  }

  get durationMs(): number {
    return this.#heard.durationMs;
  }

  async hear(frame: AudioFrame): Promise<STTEvent | undefined> {
    const chunk = this.#heard.add(frame);
    if (chunk === undefined) return undefined;
    const text = await this.#recogniser.feed(chunk);
    // A single word at the start flickers.
    if (text === this.#shown || !text.includes(' ')) return undefined;
    this.#shown = text;
    return { type: 'transcript-interim', segmentId: this.#segmentId, text };
  }

  async finish(): Promise<STTEvent> {
    const heard = this.#heard;
    const rest = heard.takeRest();
    if (rest !== undefined) await this.#recogniser.feed(rest);
    const result = heard.durationMs > 0 ? await this.#recogniser.finish() : undefined;
    const final = { type: 'transcript-final', segmentId: this.#segmentId, endMs: heard.endMs } as const;
    if (result?.isUnderstood !== true) return { ...final, text: heard.hasVoice ? this.#setup.rejectedText : '' };
    const words = result.words.map(({ text, startMs, endMs }): WordTiming => ({
      text,
      startMs: heard.toStream(startMs),
      endMs: heard.toStream(endMs),
    }));
    const startMs = words[0]?.startMs;
    return { ...final, text: result.text, language: 'en', words, ...(startMs !== undefined && { startMs }) };
  }

  get #segmentId(): string {
    return `utterance-${this.number}`;
  }
}

function unsupported(message: string): APIError {
  return new APIError(message, { kind: 'unsupported', provider: 'local', retryable: false });
}
