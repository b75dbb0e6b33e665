import { APIConnectionError, APIError, type TTSEvent, type TTSInput, type TTSRequest } from '@parley/core/provider';
import { Channel, createDeferred } from '@parley/core/provider-kit';
import type { SocketPool, SocketTarget } from './socket-pool.js';
import { type SegmentEvent, SpeechSegment } from './speech-segment.js';
import { provider } from './vendor-error.js';

/** Segments of a call that are spoken at the same time: one is heard, the next is already there. */
const mostSegments = 2;
/** From so much audio that waits to be read on, no more text is given to the vendor. */
const mostAheadMs = 10_000;
/** Contract, point 8: a slow reader holds up nobody but itself. */
const mostWaitingMs = 30_000;
/** Events are counted by their audio; this only has to be more. */
const mostEvents = 1_000_000;

export interface SocketSpeechOptions {
  readonly pool: SocketPool;
  readonly target: SocketTarget;
  readonly request: TTSRequest;
  readonly model: string;
  /** The message that begins a context. */
  readonly first: Readonly<Record<string, unknown>>;
  readonly bySentence: boolean;
  readonly signal: AbortSignal;
}

/** What is spoken in one call: each segment in a context of its own, since only the end of a context is told. */
export class SocketSpeech implements Disposable {
  readonly #options: SocketSpeechOptions;
  readonly #out = new Channel<TTSEvent>({ capacity: mostEvents });
  /** In order, from the first that is not over. */
  readonly #segments: SpeechSegment[] = [];
  #waitingMs = 0;
  #unbilled = 0;
  #wasIntroduced = false;
  /** Failed, aborted or left: nothing is sent or told any more. */
  #isOver = false;
  #room = createDeferred<void>();

  constructor(options: SocketSpeechOptions) {
    this.#options = options;
  }

  /** All that is spoken, in order; then, in any case, what it cost. */
  async *events(): AsyncGenerator<TTSEvent, void, void> {
    // A failure reaches the reader by way of the channel.
    void this.#feed();
    for await (const event of this.#out) {
      if (event.type === 'audio') {
        this.#waitingMs -= durationMs(event);
        this.#wake();
      }
      yield event;
    }
    if (this.#unbilled > 0) yield this.#bill();
  }

  /** At once; the vendor is told. */
  [Symbol.dispose](): void {
    this.#leave();
    this.#out.cancel();
  }

  /** Never rejects. */
  async #feed(): Promise<void> {
    try {
      for await (const input of this.#options.request.text) {
        if (!this.#isOver) await this.#give(input);
        if (this.#isOver) return;
      }
      while (this.#segments.some(({ isFlushed }) => isFlushed) && !this.#isOver) await this.#room.promise;
      this.#out.end();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #give(input: TTSInput): Promise<void> {
    const open = this.#segments.at(-1);
    const segment = open?.id === input.segmentId && !open.isFlushed ? open : await this.#begin(input.segmentId);
    while (this.#waitingMs >= mostAheadMs && !this.#isOver) await this.#room.promise;
    if (this.#isOver) return;
    const text = input.type === 'text' ? segment.give(input.text) : segment.flush();
    if (text !== '') await this.#send(segment, text);
    if (input.type === 'text' || this.#isOver) return;
    if (segment.context === undefined) this.#over(segment);
    else segment.finish();
  }

  async #begin(id: string): Promise<SpeechSegment> {
    const { request, bySentence } = this.#options;
    while (this.#segments.filter(({ isOver }) => !isOver).length >= mostSegments && !this.#isOver) await this.#room.promise;
    const segment = new SpeechSegment({ id, sampleRate: request.sampleRate, bySentence, language: request.language });
    this.#segments.push(segment);
    return segment;
  }

  async #send(segment: SpeechSegment, text: string): Promise<void> {
    const { pool, target, request, signal, first } = this.#options;
    if (segment.context === undefined) {
      const owner = {
        onMessage: (message: Parameters<SpeechSegment['read']>[0]) => {
          for (const event of segment.read(message)) this.#emit(segment, event);
          if (message.isFinal === true) this.#over(segment);
        },
        onFailure: (error: APIError) => this.#fail(error),
      };
      const context = await pool.open({ target, clock: request.clock, signal, owner, first });
      // Over meanwhile: nobody else would close it.
      if (this.#isOver) return context.cancel();
      segment.use(context, request.clock);
      this.#introduce(context.requestId);
    }
    this.#unbilled += text.length;
    segment.send(text);
  }

  #introduce(requestId: string | undefined): void {
    if (this.#wasIntroduced) return;
    this.#wasIntroduced = true;
    void this.#out.push({ type: 'response-metadata', ...(requestId === undefined ? {} : { requestId }), model: this.#options.model });
  }

  #over(segment: SpeechSegment): void {
    if (!segment.isFlushed)
      return this.#fail(new APIConnectionError('the vendor ended a speech whose text was not complete', { provider }));
    for (const event of segment.end()) this.#emit(segment, event);
    while (this.#segments[0]?.isOver === true) {
      this.#segments.shift();
      const next = this.#segments[0];
      for (const event of next?.waiting.splice(0) ?? []) this.#push(event);
    }
    this.#wake();
  }

  /** What belongs to a later segment waits until its turn. */
  #emit(segment: SpeechSegment, event: SegmentEvent): void {
    if (event.type === 'audio') this.#waitingMs += durationMs(event);
    if (this.#segments[0] === segment) this.#push(event);
    else segment.waiting.push(event);
    if (this.#waitingMs > mostWaitingMs) this.#fail(unreadError());
  }

  #push(event: SegmentEvent): void {
    if (event.type === 'segment-end' && this.#unbilled > 0) void this.#out.push(this.#bill());
    void this.#out.push(event);
  }

  #bill(): TTSEvent {
    const characters = this.#unbilled;
    this.#unbilled = 0;
    return { type: 'usage', usage: { characters } };
  }

  /** The reader hears of it after what was there before; what else is spoken of this call is not wanted any more. */
  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#leave();
    this.#out.fail(error);
  }

  #leave(): void {
    this.#isOver = true;
    for (const segment of this.#segments.splice(0)) segment[Symbol.dispose]();
    this.#wake();
  }

  #wake(): void {
    this.#room.resolve();
    this.#room = createDeferred<void>();
  }
}

const durationMs = ({ frame }: Extract<TTSEvent, { readonly type: 'audio' }>): number => (frame.samples.length * 1000) / frame.sampleRate;

const unreadError = (): APIError =>
  new APIError(`more than ${mostWaitingMs} ms of audio wait to be read: read faster, or give the text by the sentence`, {
    kind: 'unsupported',
    provider,
    retryable: false,
  });
