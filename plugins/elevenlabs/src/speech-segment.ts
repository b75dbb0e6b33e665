import type { Clock, TTSEvent } from '@parley/core/provider';
import { KeepAlive, PcmReader, SentenceSplitter } from '@parley/core/provider-kit';
import type { SpeechContext } from './context-socket.js';
import type { Characters, SpeechMessage } from './speech-message.js';
import { type AlignedWord, type SpokenCharacter, WordAligner } from './word-aligner.js';

/** Half of what the vendor bears without a word, where it was not asked for more. */
const keepAliveMs = 10_000;

/** What is spoken of one segment. */
export type SegmentEvent = Extract<TTSEvent, { readonly type: 'audio' | 'word' | 'segment-end' }>;

/** One segment: its text on the way to the vendor, in a context of its own, and what comes back of it. */
export class SpeechSegment implements Disposable {
  readonly id: string;
  /** Came before the segments before it were over. */
  readonly waiting: SegmentEvent[] = [];
  isFlushed = false;
  isOver = false;
  context: SpeechContext | undefined;
  readonly #reader: PcmReader;
  readonly #aligner = new WordAligner();
  readonly #splitter: SentenceSplitter | undefined;
  #keepAlive: KeepAlive | undefined;
  #unsent = '';
  #alignedMs = 0;

  /** @param options `bySentence`: text is held back until a sentence of it is complete. */
  constructor(options: {
    readonly id: string;
    readonly sampleRate: number;
    readonly bySentence: boolean;
    readonly language?: string | undefined;
  }) {
    const { id, sampleRate, bySentence, language } = options;
    this.id = id;
    this.#reader = new PcmReader({ sampleRate });
    this.#splitter = bySentence ? new SentenceSplitter(language === undefined ? {} : { language }) : undefined;
  }

  /** Gives what of the text is to be sent by now. What nobody can say waits for more: a context is not opened for it. */
  give(text: string): string {
    this.#aligner.give(text);
    return this.#sendable(this.#splitter === undefined ? text : this.#splitter.push(text).join(''));
  }

  /** The rest of the text. */
  flush(): string {
    this.isFlushed = true;
    return this.#sendable(this.#splitter?.flush().join('') ?? '');
  }

  use(context: SpeechContext, clock: Clock): void {
    this.context = context;
    this.#keepAlive = new KeepAlive({ clock, intervalMs: keepAliveMs, send: () => context.send({ text: '' }) });
  }

  send(text: string): void {
    this.#keepAlive?.touch();
    // The vendor wants a space after each piece, so that no two are taken for one word.
    this.context?.send({ text: text.endsWith(' ') || this.#splitter === undefined ? text : `${text} ` });
  }

  /** All was sent. */
  finish(): void {
    this.#keepAlive?.[Symbol.dispose]();
    this.context?.send({ text: '', flush: true });
    this.context?.finish();
  }

  read({ characters, audio }: SpeechMessage): SegmentEvent[] {
    const words = characters === undefined ? [] : this.#aligner.push(this.#timed(characters));
    const frames = audio === undefined ? [] : this.#reader.push(Buffer.from(audio, 'base64'));
    return [
      ...words.map((word) => this.#wordEvent(word)),
      ...frames.map((frame) => ({ type: 'audio', segmentId: this.id, frame }) as const),
    ];
  }

  /** The last of it. */
  end(): SegmentEvent[] {
    this.isOver = true;
    this[Symbol.dispose]();
    const frame = this.#reader.flush();
    return [
      ...(frame === undefined ? [] : [{ type: 'audio', segmentId: this.id, frame } as const]),
      ...this.#aligner.finish().map((word) => this.#wordEvent(word)),
      { type: 'segment-end', segmentId: this.id },
    ];
  }

  /** The vendor is told that nothing more is wanted, if it was not over. */
  [Symbol.dispose](): void {
    this.#keepAlive?.[Symbol.dispose]();
    if (!this.isOver) this.context?.cancel();
  }

  #sendable(text: string): string {
    this.#unsent += text;
    if (this.context === undefined && !/[\p{L}\p{N}]/u.test(this.#unsent)) return '';
    const sendable = this.#unsent;
    this.#unsent = '';
    return sendable;
  }

  /** The vendor's times begin anew with each piece of speech; where they do not, they go on from where the last ended. */
  #timed({ texts, startsMs, durationsMs }: Characters): SpokenCharacter[] {
    const firstMs = startsMs[0] ?? 0;
    const baseMs = firstMs > 0 && firstMs >= this.#alignedMs ? 0 : this.#alignedMs;
    const characters = texts.map((text, index) => {
      const startMs = baseMs + (startsMs[index] ?? 0);
      return { text, startMs, endMs: startMs + (durationsMs[index] ?? 0) };
    });
    this.#alignedMs = Math.max(this.#alignedMs, characters.at(-1)?.endMs ?? 0);
    return characters;
  }

  #wordEvent(word: AlignedWord): SegmentEvent {
    return { type: 'word', segmentId: this.id, ...word };
  }
}
