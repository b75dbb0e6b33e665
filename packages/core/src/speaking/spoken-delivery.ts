import { createFrameConverter, type FrameConverter } from '../audio/frame-converter.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { TTSEvent } from '../provider/tts.js';
import { createDeferred } from '../stream/deferred.js';
import { SentenceSplitter } from '../text/sentence-splitter.js';
import type { Delivery, DeliveryListener, DeliveryResult, DeliveryTimes } from './delivery.js';
import { HeardLedger } from './heard-ledger.js';
import type { OutputPort } from './output-port.js';
import { Playout } from './playout.js';
import { Synthesis, type SynthesisOptions } from './synthesis.js';
import { type TextTransform, transformText } from './text-transform.js';
import type { WrittenText } from './written-text.js';

type FromSynthesis = Pick<
  SynthesisOptions,
  'tts' | 'synthesize' | 'call' | 'signal' | 'connect' | 'replyDeadlineMs' | 'maxAheadMs' | 'onRetry'
>;

export interface SpokenDeliveryOptions extends FromSynthesis {
  readonly port: OutputPort;
  readonly written: WrittenText;
  readonly listener: DeliveryListener;
  readonly transforms: readonly TextTransform[];
  readonly language?: string;
  /** Receipts, for who counts usage. */
  readonly onReceipt: (event: TTSEvent) => void;
  readonly onUnacknowledged: () => void;
  /** Instead of a TTS: audio recorded beforehand. */
  readonly recorded?: Iterable<AudioFrame> | AsyncIterable<AudioFrame>;
}

const isSpeakable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
const durationMs = (frame: AudioFrame): number => (frame.samples.length / frame.channels / frame.sampleRate) * 1000;

/** A reply spoken aloud: sentences, TTS, playout, and the ledger of what was heard. */
export class SpokenDelivery implements Delivery {
  readonly times: DeliveryTimes = {};
  readonly #options: SpokenDeliveryOptions;
  readonly #ledger = new HeardLedger();
  readonly #splitter: SentenceSplitter;
  readonly #playout: Playout;
  readonly #synthesis: Synthesis;
  readonly #converter: FrameConverter;
  readonly #done = createDeferred<DeliveryResult>();
  #hasBegun = false;
  #hasEndedText = false;
  #waiting: string[] = [];
  #segments = 0;
  #error: unknown;

  constructor(options: SpokenDeliveryOptions) {
    this.#options = options;
    const { port, tts, call, language, listener, onUnacknowledged } = options;
    const { clock } = call();
    this.#splitter = new SentenceSplitter(language === undefined ? {} : { language });
    this.#playout = new Playout({
      port,
      clock,
      onUnacknowledged,
      onStarted: () => {
        this.times.playoutStartedMs = clock.now();
        listener.onStarted();
      },
      onProgress: (playedMs) => {
        listener.onHeard(this.#ledger.heardOf(options.written.text, playedMs));
        this.#synthesis.poke();
      },
    });
    const { sampleRate } = port.output;
    const rates = tts.capabilities.sampleRates;
    this.#converter = createFrameConverter({ sampleRate, onFrame: (frame) => this.#playout.push(toChannels(frame, port.output.channels)) });
    this.#synthesis = new Synthesis({
      ...options,
      sampleRate: rates.includes(sampleRate) ? sampleRate : (rates[0] ?? sampleRate),
      aheadMs: () => this.#playout.aheadMs,
      onSegmentStart: (segment) => {
        this.times.firstSentenceMs ??= clock.now();
        this.#ledger.open(segment.id, `${segment.text} `);
      },
      onEvent: (event) => this.#onEvent(event),
    });
    void this.#settle();
  }

  get done(): Promise<DeliveryResult> {
    return this.#done.promise;
  }

  pushText(text: string): void {
    this.#speak(this.#splitter.push(text));
  }

  endText(): void {
    if (this.#hasEndedText) return;
    this.#speak(this.#splitter.flush());
    this.#hasEndedText = true;
    if (this.#hasBegun) this.#synthesis.end();
  }

  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    if (this.#options.recorded === undefined) this.#speak(this.#waiting.splice(0));
    void this.#produce();
    if (this.#hasEndedText) this.#synthesis.end();
  }

  authorise(): void {
    this.#playout.authorise();
  }

  hold(): void {
    this.#playout.hold();
  }

  resume(): void {
    this.#playout.resume();
  }

  stop(): void {
    this.#playout.stop();
  }

  #speak(sentences: readonly string[]): void {
    for (const sentence of sentences) {
      if (!this.#hasBegun || this.#options.recorded !== undefined) {
        this.#waiting.push(sentence);
        continue;
      }
      const text = transformText(sentence, this.#options.transforms).trim();
      if (!isSpeakable(text)) continue;
      this.#segments += 1;
      this.#synthesis.push({ id: `sentence-${this.#segments}`, text });
    }
  }

  /** Fills the playout until there is no more, for whatever reason; what is there is still played. */
  async #produce(): Promise<void> {
    try {
      if (this.#options.recorded === undefined) await this.#synthesis.run();
      else await this.#playRecorded(this.#options.recorded);
    } catch (error) {
      this.#error = error;
    }
    this.#converter.flush();
    this.#playout.end();
  }

  async #playRecorded(frames: Iterable<AudioFrame> | AsyncIterable<AudioFrame>): Promise<void> {
    const segmentId = 'recorded';
    this.#ledger.open(segmentId, this.#options.written.text);
    for await (const frame of frames) {
      if (this.#options.signal.aborted) return;
      const loading = this.#onEvent({ type: 'audio', segmentId, frame });
      if (loading !== undefined) await loading;
    }
    this.#ledger.complete(segmentId);
  }

  #onEvent(event: TTSEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'audio':
        this.times.firstAudioMs ??= this.#options.call().clock.now();
        this.#ledger.addAudio(event.segmentId, durationMs(event.frame));
        return this.#converter.push(event.frame);
      case 'word':
        this.#ledger.addWord(event.segmentId, event);
        return undefined;
      case 'segment-end':
        this.#ledger.complete(event.segmentId);
        return undefined;
      default:
        this.#options.onReceipt(event);
        return undefined;
    }
  }

  async #settle(): Promise<void> {
    const { playedMs, complete } = await this.#playout.done;
    if (this.times.playoutStartedMs !== undefined) this.times.playoutEndedMs = this.#options.call().clock.now();
    this.#converter[Symbol.dispose]();
    const { text } = this.#options.written;
    const isWhole = complete && this.#error === undefined && this.#hasEndedText;
    const heardText = isWhole ? text.trim() : this.#ledger.heardOf(text, playedMs);
    this.#done.resolve({ playedMs, complete: isWhole, heardText, ...(this.#error === undefined ? {} : { error: this.#error }) });
  }
}

function toChannels(frame: AudioFrame, channels: number): AudioFrame {
  if (frame.channels === channels) return frame;
  const samples = new Int16Array(frame.samples.length * channels);
  for (let index = 0; index < samples.length; index += 1) samples[index] = frame.samples[Math.floor(index / channels)] ?? 0;
  return { ...frame, samples, channels };
}
