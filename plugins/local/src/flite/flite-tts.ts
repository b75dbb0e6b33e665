import { APIError, type TTS, type TTSEvent, type TTSRequest } from '@parley/core/provider';
import type { Call } from '@parley/core/provider-kit';
import { type FliteLease, fliteWorker } from './flite-worker-client.js';
import { OpenCalls } from '../worker/open-calls.js';
import { speakableWords, type SpeakableWord } from './speakable-words.js';
import { spokenPieces } from './spoken-pieces.js';
import { type Phone, spokenWordTimings } from './spoken-word-timings.js';

/** The voices inside the package: `rms` and `awb` are men (US, Scottish), `slt` a woman (US), `kal` and `kal16` an older, harder sound. */
export type FliteVoice = 'rms' | 'slt' | 'awb' | 'kal' | 'kal16';

const voices: readonly FliteVoice[] = ['rms', 'slt', 'awb', 'kal', 'kal16'];

/** @throws {APIError} kind `unsupported`: there is no such voice. */
export function readFliteVoice(name: string): FliteVoice {
  const voice = voices.find((candidate) => candidate === name);
  if (voice === undefined) throw unsupported(`flite has no voice '${name}': choose one of ${voices.join(', ')}`);
  return voice;
}

/** How it speaks. */
export interface FliteTTSOptions {
  /** `rms` by default. A call may ask for another. */
  readonly voice?: FliteVoice | null | undefined;
}

const sampleRate = 16_000;
const frameSamples = 320;
const frameMs = 20;
/** Of one segment: about eleven minutes of speech. */
const longestSegment = 10_000;

const capabilities = Object.freeze({ streaming: true, wordTimings: true, sampleRates: Object.freeze([sampleRate]) });

/**
 * Speech by flite, in a worker thread: English, offline, the same samples for the same text each time. A sentence takes 30 to 100 ms and
 * is spoken whole; of a longer segment each sentence starts as soon as the next one has begun to come in, the last one with the `flush`.
 *
 * - Input that ends without a `flush` leaves the rest of its segment unspoken.
 * - Nothing is billed, so no usage is reported.
 * - Words are as written, cut at white space; where flite's reading cannot be matched with the text, a sentence has no words.
 */
export function createFliteTTS(options: FliteTTSOptions = {}): TTS {
  const voice = readFliteVoice(options.voice ?? 'rms');
  const calls = new OpenCalls();
  let lease: FliteLease | undefined;
  const openLease = () => {
    calls.assertOpen();
    lease ??= fliteWorker.lease();
    return lease;
  };
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider: 'local',
    model: `flite-${voice}`,
    capabilities,
    synthesize(request) {
      if (request.sampleRate !== sampleRate)
        throw unsupported(`flite speaks at ${sampleRate} Hz, not at ${request.sampleRate}: resample its audio`);
      if (request.language !== undefined && !/^en\b/i.test(request.language))
        throw unsupported(`flite speaks English, not '${request.language}'`);
      const callVoice = readFliteVoice(request.voice ?? voice);
      const speaker = { voice: callVoice, lease: openLease() };
      return calls.stream(request, (call) => speak(request, call, speaker));
    },
    async prewarm({ signal }) {
      const worker = openLease();
      // The first words take 100 ms longer than others: code is compiled when it is first run.
      await Promise.all([
        worker.ask({ type: 'speak', voice, text: 'Hello.' }, signal),
        worker.ask({ type: 'phones', words: ['Hello'] }, signal),
      ]);
    },
    async close() {
      calls.close();
      await lease?.[Symbol.asyncDispose]();
    },
  };
}

interface Speaker {
  readonly voice: string;
  readonly lease: FliteLease;
}

async function* speak(request: TTSRequest, call: Call, speaker: Speaker): AsyncGenerator<TTSEvent, void, void> {
  yield { type: 'response-metadata', model: `flite-${speaker.voice}` };
  let segment: Segment | undefined;
  for await (const input of request.text) {
    if (segment !== undefined && segment.id !== input.segmentId) {
      throw invalidRequest(`segment '${input.segmentId}' began before segment '${segment.id}' was flushed`);
    }
    segment ??= new Segment(input.segmentId);
    if (input.type === 'text') segment.append(input.text);
    for (const piece of input.type === 'flush' ? segment.takeAll() : segment.takeReady())
      yield* speakPiece(piece, segment, { ...speaker, call });
    if (input.type === 'flush') {
      yield { type: 'segment-end', segmentId: segment.id };
      segment = undefined;
    }
  }
}

/** One piece's audio, and its words as soon as they are known: they are found while the audio is being read. */
async function* speakPiece(
  piece: readonly SpeakableWord[],
  segment: Segment,
  { voice, lease, call }: Speaker & { readonly call: Call },
): AsyncGenerator<TTSEvent, void, void> {
  const { samples, phones } = await lease.ask({ type: 'speak', voice, text: piece.map(({ spoken }) => spoken).join(' ') }, call.signal);
  if (samples === undefined || phones === undefined)
    throw new APIError('the flite worker sent no samples', { kind: 'protocol', provider: 'local', retryable: false });
  const startMs = segment.atMs;
  let words: TTSEvent[] | undefined;
  const wordsReady = findWords(piece, phones, { lease, call }).then((found) => {
    words = found.map(({ word, ...times }) => ({
      type: 'word',
      segmentId: segment.id,
      text: word.text,
      startMs: startMs + times.startMs,
      endMs: startMs + times.endMs,
      inputStart: word.start,
      inputEnd: word.end,
    }));
  });
  // Observed below; but if the reader leaves before that, nobody would.
  wordsReady.catch(() => {});
  for (let at = 0; at < samples.length; at += frameSamples) {
    yield {
      type: 'audio',
      segmentId: segment.id,
      frame: { samples: samples.slice(at, at + frameSamples), sampleRate, channels: 1, atMs: segment.atMs },
    };
    segment.atMs += frameMs;
    if (words !== undefined) yield* words.splice(0);
  }
  await wordsReady;
  yield* words ?? [];
}

async function findWords(
  piece: readonly SpeakableWord[],
  phones: readonly Phone[],
  { lease, call }: { readonly lease: FliteLease; readonly call: Call },
) {
  const bare = piece.map(({ spoken }) => spoken.replace(/[.,;:!?"')]+$/, '').replaceAll(/[.,;:!?]? /g, '-'));
  const { groups = [] } = await lease.ask({ type: 'phones', words: bare }, call.signal);
  return spokenWordTimings(piece, phones, groups);
}

/** The text of a segment that is still to be spoken, and the time line of its audio. */
class Segment {
  readonly id: string;
  /** Where the next frame starts. */
  atMs = 0;
  #text = '';
  /** Of what was taken. */
  #taken = 0;

  constructor(id: string) {
    this.id = id;
  }

  append(text: string): void {
    this.#text += text;
    if (this.#taken + this.#text.length > longestSegment) {
      throw invalidRequest(`segment '${this.id}' is longer than ${longestSegment} characters: flush it sentence by sentence`);
    }
  }

  /** All pieces but the last one, which may go on. */
  takeReady(): SpeakableWord[][] {
    const pieces = this.#pieces().slice(0, -1);
    const end = pieces.at(-1)?.at(-1)?.end;
    if (end !== undefined) {
      this.#text = this.#text.slice(end - this.#taken);
      this.#taken = end;
    }
    return pieces;
  }

  takeAll(): SpeakableWord[][] {
    return this.#pieces();
  }

  #pieces(): SpeakableWord[][] {
    return spokenPieces(speakableWords(this.#text, this.#taken));
  }
}

function unsupported(message: string): APIError {
  return new APIError(message, { kind: 'unsupported', provider: 'local', retryable: false });
}

function invalidRequest(message: string): APIError {
  return new APIError(message, { kind: 'invalid-request', provider: 'local', retryable: false });
}
