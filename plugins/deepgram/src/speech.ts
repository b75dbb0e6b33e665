import type { TTSInput, TTSRequest } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { SpeakPool } from './speak-pool.js';
import type { SpeakEvent, SpeakSocket } from './speak-socket.js';

/** The vendor takes no longer text in one message. @see https://developers.deepgram.com/docs/tts-ws-text */
const longestText = 2000;
/** Segments whose audio is not complete. */
const mostSegments = 64;

/** Letters or digits: without any there is nothing to say. */
const isSpeakable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** Of one segment: where its audio comes, up to its `flushed`; nowhere if there is nothing to say. */
export interface SpokenSegment {
  readonly segmentId: string;
  /** The text has ended before this was flushed: it is never spoken. */
  isAbandoned?: boolean;
  readonly voice?: { readonly socket: SpeakSocket; readonly events: Channel<SpeakEvent> };
}

type Voice = NonNullable<SpokenSegment['voice']>;

interface Writing {
  readonly segmentId: string;
  /** Not sent yet, for there is nothing to say in it. */
  held: string;
  segment?: SpokenSegment & { readonly voice: Voice };
}

/**
 * What one call has said, over as many connections as the vendor's limit of flushes takes: most often one. Goes on to write while what was
 * written is being read. Disposed of, it gives the connections back.
 */
export class Speech implements Disposable {
  /** In order; fails with what the text or a connection failed with. */
  readonly segments = new Channel<SpokenSegment>({ capacity: mostSegments });
  readonly #pool: SpeakPool;
  readonly #request: TTSRequest;
  readonly #url: string;
  readonly #signal: AbortSignal;
  readonly #voices: Voice[] = [];
  #characters = 0;
  #writing: Writing | undefined;
  #isOver = false;

  constructor(
    pool: SpeakPool,
    { request, url, signal }: { readonly request: TTSRequest; readonly url: string; readonly signal: AbortSignal },
  ) {
    this.#pool = pool;
    this.#request = request;
    this.#url = url;
    this.#signal = signal;
    pool.calls.add(this);
    void this.#run();
  }

  /** Sent since this was asked last. */
  takeCharacters(): number {
    const characters = this.#characters;
    this.#characters = 0;
    return characters;
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pool.calls.delete(this);
    this.segments.cancel();
    for (const { socket, events } of this.#voices) {
      events.cancel();
      this.#pool.release(socket);
    }
  }

  /** Never rejects: the reader of the segments hears of it. */
  async #run(): Promise<void> {
    try {
      for await (const input of this.#request.text) {
        if (this.#isOver) return;
        await (input.type === 'text' ? this.#write(input) : this.#flush(input.segmentId));
      }
      this.segments.end();
    } catch (error) {
      this.segments.fail(error);
    }
    const unflushed = this.#writing?.segment;
    if (unflushed === undefined) return;
    unflushed.isAbandoned = true;
    await unflushed.voice.events.push({ type: 'wake' });
  }

  async #write({ segmentId, text }: Extract<TTSInput, { readonly type: 'text' }>): Promise<void> {
    const writing = (this.#writing ??= { segmentId, held: '' });
    writing.held += text;
    if (writing.segment === undefined) {
      if (!isSpeakable(writing.held)) return;
      const voice = await this.#voice();
      if (voice === undefined) return;
      writing.segment = { segmentId, voice };
      await this.segments.push(writing.segment);
    }
    this.#characters += writing.held.length;
    for (const piece of pieces(writing.held)) writing.segment.voice.socket.speak(piece);
    writing.held = '';
  }

  async #flush(segmentId: string): Promise<void> {
    const segment = this.#writing?.segment;
    this.#writing = undefined;
    if (segment === undefined) await this.segments.push({ segmentId });
    else segment.voice.socket.flush();
  }

  /** The one in use, while the vendor takes another flush on it. */
  async #voice(): Promise<Voice | undefined> {
    const last = this.#voices.at(-1);
    if (last !== undefined && !last.socket.isClosed && last.socket.canFlush) return last;
    const socket = await this.#pool.take(this.#url, { signal: this.#signal, clock: this.#request.clock });
    if (this.#isOver) {
      this.#pool.release(socket);
      return undefined;
    }
    const voice = { socket, events: socket.begin(this.#request.logger) };
    this.#voices.push(voice);
    return voice;
  }
}

/** Cut between words, where there are any. */
function* pieces(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > longestText) {
    const space = text.lastIndexOf(' ', from + longestText - 1);
    const to = space > from ? space + 1 : from + longestText;
    yield text.slice(from, to);
    from = to;
  }
  if (from < text.length) yield text.slice(from);
}
