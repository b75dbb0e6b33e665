import { createFrameConverter, type FrameConverter } from '../audio/frame-converter.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { Clock } from '../provider/clock.js';
import type { TTSEvent } from '../provider/tts.js';
import { contractFault } from '../stream/contract-faults.js';
import { createDeferred } from '../stream/deferred.js';
import { linkSignals } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import type { Delivery, DeliveryListener, DeliveryResult, DeliveryTimes } from './delivery.js';
import { HeardLedger } from './heard-ledger.js';
import type { OutputPort } from './output-port.js';
import { Playout } from './playout.js';
import { mostTextAhead, RoomForText } from './room-for-text.js';
import { SpokenText } from './spoken-text.js';
import { Synthesis, type SynthesisOptions } from './synthesis.js';
import type { TextTransform } from './text-transform.js';
import { toChannels } from './to-channels.js';
import type { WrittenText } from './written-text.js';

type FromSynthesis = Pick<
  SynthesisOptions,
  'tts' | 'synthesize' | 'call' | 'signal' | 'connect' | 'replyDeadlineMs' | 'maxAheadMs' | 'onRetry' | 'onRecovered' | 'onFault'
>;

export interface SpokenDeliveryOptions extends FromSynthesis {
  readonly port: OutputPort;
  /** What is pushed has to stand in it already. */
  readonly written: WrittenText;
  readonly listener: DeliveryListener;
  readonly transforms: readonly TextTransform[];
  /** What was heard is told by the TTS's word timings, where it gives them; else by syllables. */
  readonly usesWordTimings: boolean;
  /** BCP 47, for the cut into sentences. */
  readonly language?: string;
  /** Receipts, for who counts usage. */
  readonly onReceipt: (event: TTSEvent) => void;
  readonly onUnacknowledged: () => void;
  /** Instead of a TTS: audio recorded beforehand. Read no further ahead than `maxAheadMs`. */
  readonly recorded?: Iterable<AudioFrame> | AsyncIterable<AudioFrame>;
}

const durationMs = (frame: AudioFrame): number => (frame.samples.length / frame.channels / frame.sampleRate) * 1000;

/**
 * Audio that may wait to be played before a TTS is not read on, in milliseconds. What was given to a TTS is at most two sentences, so that only
 * one that does not end gets there.
 */
const mostAudioAheadMs = 60_000;
/**
 * Whoever writes has paused behind a sentence: it is spoken, though what comes next might have shown that it goes on. Longer than the pauses
 * between the pieces of a model that writes, and short enough to be heard before a tool is waited for.
 */
const sentencePauseMs = 250;
/** The name that a recording has in the ledger. */
const recordedId = 'recorded';
/** For the next frame of a recording, as for what a TTS gives. Turn-taking rules, liveness, L5. */
const nextFrameMs = 10_000;

/** A reply spoken aloud: sentences, TTS, playout, and the ledger of what was heard. */
export class SpokenDelivery implements Delivery {
  readonly times: DeliveryTimes = {};
  readonly #options: SpokenDeliveryOptions;
  readonly #clock: Clock;
  /** Fires when the caller's signal does, and when nobody will hear any more: no audio is paid for after that. */
  readonly #link;
  readonly #ledger = new HeardLedger();
  readonly #text: SpokenText;
  readonly #playout: Playout;
  readonly #synthesis: Synthesis;
  readonly #converter: FrameConverter;
  readonly #done = createDeferred<DeliveryResult>();
  #hasBegun = false;
  #hasEndedText = false;
  /** What is to be spoken, from before it was decided that it is wanted. */
  readonly #waiting: string[] = [];
  #waitingLength = 0;
  readonly #room = new RoomForText(() => this.#link.aborted || this.#waitingLength + this.#synthesis.textLength < mostTextAhead);
  #segments = 0;
  #shown = '';
  #error: unknown;
  #wake = () => {};
  #cancelPause = () => {};

  constructor(options: SpokenDeliveryOptions) {
    this.#options = options;
    this.#clock = options.call().clock;
    this.#link = linkSignals(options.signal);
    const { port } = options;
    this.#text = new SpokenText(options);
    this.#playout = this.#createPlayout();
    const { sampleRate, channels } = port.output;
    this.#converter = createFrameConverter({
      sampleRate,
      clock: this.#clock,
      onFrame: (frame) => this.#playout.push(toChannels(frame, channels)),
    });
    this.#synthesis = this.#createSynthesis();
    if (options.recorded !== undefined) this.#ledger.open(recordedId, options.written.text);
    this.#link.onAbort(() => this.#callOff());
    void this.#settle();
  }

  get done(): Promise<DeliveryResult> {
    return this.#done.promise;
  }

  pushText(text: string): void {
    if (this.#options.recorded === undefined) this.#pushSpoken(text);
    else this.#ledger.open(recordedId, this.#options.written.text);
  }

  roomForText(): Promise<void> | undefined {
    return this.#room.wait();
  }

  #pushSpoken(text: string): void {
    this.#cancelPause();
    this.#speak(this.#text.push(text));
    if (this.#text.mayBeOver && !this.#link.aborted)
      this.#cancelPause = this.#clock.after(sentencePauseMs, () => this.#speak(this.#text.flushSentence()));
  }

  flushText(): void {
    this.#cancelPause();
    if (this.#options.recorded === undefined) this.#speak(this.#text.flush());
  }

  endText(): void {
    if (this.#hasEndedText) return;
    this.#cancelPause();
    if (this.#options.recorded === undefined) this.#speak(this.#text.flush());
    this.#hasEndedText = true;
    this.#wake();
    if (this.#hasBegun) this.#synthesis.end();
  }

  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#waitingLength = 0;
    this.#speak(this.#waiting.splice(0));
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
    this.#link.abort();
  }

  #callOff(): void {
    this.#playout.stop();
    this.#cancelPause();
    this.#room.check();
    this.#wake();
  }

  #createPlayout(): Playout {
    const { port, listener, onUnacknowledged } = this.#options;
    return new Playout({
      port,
      clock: this.#clock,
      onUnacknowledged,
      onStarted: () => {
        this.times.playoutStartedMs = this.#clock.now();
        listener.onStarted();
      },
      onProgress: (heardMs) => {
        this.#show(heardMs);
        this.#synthesis.poke();
        this.#wake();
      },
    });
  }

  #createSynthesis(): Synthesis {
    const { tts, port, synthesize, call, connect, replyDeadlineMs, maxAheadMs, onRetry, onRecovered, onFault } = this.#options;
    const rates = tts.capabilities.sampleRates;
    const { sampleRate } = port.output;
    return new Synthesis({
      tts,
      synthesize,
      call,
      connect,
      replyDeadlineMs,
      maxAheadMs,
      onRetry,
      onRecovered,
      onFault,
      signal: this.#link,
      sampleRate: rates.includes(sampleRate) ? sampleRate : (rates[0] ?? sampleRate),
      aheadMs: () => this.#playout.aheadMs,
      onSegmentStart: (segment) => {
        this.times.firstSentenceMs ??= this.#clock.now();
        this.#ledger.open(segment.id, `${segment.text} `);
        this.#room.check();
      },
      onEvent: (event) => this.#onEvent(event),
    });
  }

  #speak(sentences: readonly string[]): void {
    for (const text of sentences) {
      if (!this.#hasBegun) {
        this.#waiting.push(text);
        this.#waitingLength += text.length;
        continue;
      }
      this.#segments += 1;
      this.#synthesis.push({ id: `sentence-${this.#segments}`, text });
    }
  }

  /** What was heard grows: how much audio belongs to which words is known better only later. */
  #show(heardMs: number): void {
    const heard = this.#ledger.heardOf(this.#options.written.text, heardMs);
    if (heard.length <= this.#shown.length) return;
    this.#shown = heard;
    this.#options.listener.onHeard(heard);
  }

  /** Fills the playout until there is no more, for whatever reason; what is there is still played, unless it was called off. */
  async #produce(): Promise<void> {
    try {
      if (this.#options.recorded === undefined) await this.#synthesis.run();
      else await this.#playRecorded(this.#options.recorded);
    } catch (error) {
      this.#error = error;
      if (!this.#link.aborted && this.#playout.aheadMs > 0) this.#options.listener.onBroken(error);
    }
    if (this.#link.aborted) return;
    this.#converter.flush();
    this.#playout.end();
  }

  async #playRecorded(frames: Iterable<AudioFrame> | AsyncIterable<AudioFrame>): Promise<void> {
    using reading = linkSignals(this.#link);
    const { signal } = reading;
    using patience = new Patience(this.#clock, () => reading.abort());
    patience.expect(nextFrameMs);
    for await (const frame of Symbol.asyncIterator in frames ? readUntilAbort(frames, { signal, clock: this.#clock }) : frames) {
      patience.pause();
      await this.#until(() => this.#playout.aheadMs < this.#options.maxAheadMs);
      if (signal.aborted) return;
      await this.#onEvent({ type: 'audio', segmentId: recordedId, frame });
      patience.expect(nextFrameMs);
    }
    if (patience.isOver) throw new Error(`the recording given to say() did not go on within ${nextFrameMs} ms: give it an end`);
    this.#ledger.complete(recordedId);
    // The words that go with it may take longer to come than the audio.
    await this.#until(() => this.#hasEndedText);
  }

  /** Waits until it holds, or the delivery was called off. */
  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && !this.#link.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #onEvent(event: TTSEvent): Promise<void> | undefined {
    switch (event.type) {
      case 'audio':
        this.times.firstAudioMs ??= this.#clock.now();
        this.#ledger.addAudio(event.segmentId, durationMs(event.frame));
        return this.#converter.push(event.frame) ?? this.#roomForAudio();
      case 'word':
        if (this.#options.usesWordTimings) this.#ledger.addWord(event.segmentId, event);
        return undefined;
      case 'segment-end':
        this.#ledger.complete(event.segmentId);
        return undefined;
      default:
        this.#options.onReceipt(event);
        return undefined;
    }
  }

  #roomForAudio(): Promise<void> | undefined {
    const hasRoom = () => this.#playout.aheadMs < mostAudioAheadMs;
    return hasRoom() ? undefined : this.#until(hasRoom);
  }

  async #settle(): Promise<void> {
    const { playedMs, complete, error } = await this.#playout.done;
    if (complete && error === undefined && this.#segments > 0 && playedMs === 0)
      this.#error ??= contractFault(this.#options.tts.provider, 'gave no audio for anything that it was to speak');
    const brokenBy = this.#error === undefined && error !== undefined ? 'audio-output' : 'tts';
    this.#error ??= error;
    if (this.times.playoutStartedMs !== undefined) this.times.playoutEndedMs = this.#clock.now();
    this.#link.abort();
    this.#link[Symbol.dispose]();
    this.#converter[Symbol.dispose]();
    const { text } = this.#options.written;
    const isWhole = complete && this.#error === undefined && this.#hasEndedText;
    const heardText = isWhole ? text.trim() : this.#ledger.heardOf(text, playedMs);
    this.#done.resolve({ playedMs, complete: isWhole, heardText, ...(this.#error === undefined ? {} : { error: this.#error, brokenBy }) });
  }
}
