import type { AudioChunk } from '../provider/audio-input.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { CallOptions } from '../provider/call-options.js';
import type { STT, STTEvent, STTRequest } from '../provider/stt.js';
import type { VAD } from '../provider/vad.js';
import type { ConnectOptions } from '../stream/connect-options.js';
import { withDeadline } from '../stream/deadline.js';
import { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';
import { createFrameConverter, type FrameConverter } from '../audio/frame-converter.js';
import { silentFrame } from '../audio/silent-frame.js';
import type { HearingEvent } from './hearing-event.js';
import { frameMs, StreamLine } from './stream-line.js';
import { StreamingTranscriber } from './streaming-transcriber.js';
import type { Transcriber } from './transcriber.js';
import { UtteranceTranscriber } from './utterance-transcriber.js';
import { VoiceDetector } from './voice-detector.js';

export interface HearingOptions {
  readonly vad: VAD | undefined;
  readonly stt: STT | undefined;
  readonly transcribe: (request: STTRequest) => AsyncIterable<STTEvent>;
  readonly connect: ConnectOptions;
  /** Fields of the calls made; the signal is each call's own. */
  readonly call: () => Omit<CallOptions, 'signal'>;
  readonly onEvent: (event: HearingEvent) => void;
}

/** Somebody else who hears the call. */
export interface FrameListener {
  /** Hertz. */
  readonly sampleRate: number;
  /** Called for each frame, mono. */
  readonly onFrame: (frame: AudioFrame) => void;
}

/** Longest frame of the contract, in milliseconds. */
const longestFrameMs = 60;
/** For a VAD to hear out what it was given, at the end. */
const hearOutMs = 1000;

/** Listens to a call: VAD and STT side by side on the same frames. A frame reaches both by plain calls. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #link: LinkedSignal = linkSignals();
  readonly #line: StreamLine;
  /** One for each rate that somebody listens at. */
  readonly #converters = new Map<number, FrameConverter>();
  readonly #detector: VoiceDetector | undefined;
  readonly #transcriber: Transcriber | undefined;
  readonly #transcriberRate: number | undefined;
  readonly #detectorRate: number | undefined;
  /** Of the last frame: a gap is filled with silence at it. */
  #lastRate: number | undefined;
  #isMuted = false;
  #isVoice = false;
  #isEnding = false;
  #isEndedBySTT = false;
  #listener: FrameListener | undefined;

  constructor(options: HearingOptions) {
    this.#options = options;
    const { vad, stt, call, onEvent } = options;
    const line = new StreamLine(call().clock);
    this.#line = line;
    if (stt !== undefined) {
      const sampleRate = stt.capabilities.sampleRates[0] ?? 16_000;
      const common = { ...options, stt, signal: this.#link.signal, sampleRate, line, reportVoice: vad === undefined };
      this.#transcriber = stt.capabilities.streaming ? new StreamingTranscriber(common) : new UtteranceTranscriber(common);
      this.#transcriberRate = sampleRate;
    }
    if (vad !== undefined) {
      const sampleRate = preferredRate(vad.capabilities.sampleRates, stt?.capabilities.sampleRates[0]);
      const onVoice = (event: { readonly type: 'start' | 'end'; readonly atMs: number }) => this.#onVoice(event);
      this.#detector = new VoiceDetector({ vad, call, signal: this.#link.signal, sampleRate, line, onEvent, onVoice });
      this.#detectorRate = sampleRate;
    }
    for (const rate of [this.#transcriberRate, this.#detectorRate]) if (rate !== undefined) this.#convertTo(rate);
  }

  /** One more who hears all of it, in place of the one before; undefined: nobody. */
  setListener(listener: FrameListener | undefined): void {
    this.#listener = listener;
    if (listener !== undefined) this.#convertTo(listener.sampleRate);
  }

  /** A silence of so much after a voice is told of, once, by `voice-pause`; undefined: none is. */
  setPause(silenceMs: number | undefined): void {
    this.#detector?.setPause(silenceMs);
  }

  /** The STT finds the end of what is said by itself: the VAD does not cut what it hears. */
  setEndedBySTT(isEndedBySTT: boolean): void {
    this.#isEndedBySTT = isEndedBySTT;
  }

  /** What was said is over by another's account: the VAD begins anew. */
  resetVoice(): void {
    this.#detector?.reset();
  }

  /** Rates at which the input costs least to hear, best first. */
  get sampleRates(): readonly number[] {
    const rates = [...(this.#options.stt?.capabilities.sampleRates ?? []), ...(this.#options.vad?.capabilities.sampleRates ?? [])];
    return rates.length === 0 ? [16_000] : [...new Set(rates)];
  }

  /** The STT hears silence; the VAD goes on hearing the call. A voice is cut there: what was said before is finalised. */
  setMuted(isMuted: boolean): void {
    if (isMuted === this.#isMuted) return;
    if (isMuted && this.#isVoice) this.#transcriber?.voiceEnd();
    this.#isMuted = isMuted;
    if (!isMuted && this.#isVoice) this.#transcriber?.voiceStart(this.#line.endMs);
  }

  /** The next piece of the call. A promise to await before the next one only when a resampler has to be loaded first. */
  take(chunk: AudioChunk): Promise<void> | undefined {
    if (this.#isEnding) return undefined;
    if (chunk.type === 'audio') {
      this.#lastRate = chunk.frame.sampleRate;
      return this.#hear(chunk.frame);
    }
    // Before the first frame there is nothing that silence could end.
    return this.#lastRate === undefined ? undefined : this.#hearGap(chunk, this.#lastRate);
  }

  /** What is said is over: the STT finalises what it has. */
  flush(): void {
    if (!this.#isMuted) this.#transcriber?.flush();
  }

  /** What was reported so far was taken as it stands: after a failure the STT is not sent it again. */
  settle(): void {
    this.#transcriber?.settle();
  }

  /** No more audio: finals that are due are still reported. */
  async end(): Promise<void> {
    if (!this.#isEnding) for (const converter of this.#converters.values()) converter.flush();
    this.#isEnding = true;
    const { clock } = this.#options.call();
    const onTimeout = () => new Error('the VAD did not end');
    // The VAD first: it may yet find the end, or the beginning, of what the STT is to hear.
    if (this.#detector !== undefined) await withDeadline(this.#detector.end(), { clock, timeoutMs: hearOutMs, onTimeout }).catch(() => {});
    await this.#transcriber?.end();
  }

  /** Ends all calls at once. */
  close(): void {
    this.#isEnding = true;
    this.#link.abort();
    for (const converter of this.#converters.values()) converter[Symbol.dispose]();
    this.#converters.clear();
  }

  #hear(given: AudioFrame): Promise<void> | undefined {
    const frame = this.#line.place(given);
    let loading: Promise<void> | undefined;
    for (const converter of this.#converters.values()) {
      const wait = converter.push(frame);
      if (wait !== undefined) loading = loading === undefined ? wait : Promise.all([loading, wait]).then(() => {});
    }
    return loading;
  }

  /** Silence in its place. Its rate was met before, so that mostly nothing has to be loaded. */
  #hearGap(gap: { readonly atMs: number; readonly durationMs: number }, sampleRate: number): Promise<void> | undefined {
    for (let doneMs = 0; doneMs < gap.durationMs; doneMs += longestFrameMs) {
      const durationMs = Math.min(longestFrameMs, gap.durationMs - doneMs);
      const wait = this.#hear(silentFrame({ sampleRate, atMs: gap.atMs + doneMs, durationMs }));
      const restMs = doneMs + durationMs;
      if (wait !== undefined)
        return wait.then(() => this.#hearGap({ atMs: gap.atMs + restMs, durationMs: gap.durationMs - restMs }, sampleRate));
    }
    return undefined;
  }

  #hand(frame: AudioFrame): void {
    if (frame.sampleRate === this.#detectorRate) this.#detector?.push(frame);
    if (frame.sampleRate === this.#listener?.sampleRate) this.#listener.onFrame(frame);
    if (frame.sampleRate !== this.#transcriberRate) return;
    const { sampleRate, atMs } = frame;
    this.#transcriber?.push(this.#isMuted ? silentFrame({ sampleRate, atMs, durationMs: frameMs(frame) }) : frame);
  }

  #onVoice(event: { readonly type: 'start' | 'end'; readonly atMs: number }): void {
    this.#isVoice = event.type === 'start';
    if (this.#isMuted) return;
    if (this.#isVoice) this.#transcriber?.voiceStart(event.atMs);
    else this.#transcriber?.voiceEnd(event.atMs, !this.#isEndedBySTT);
  }

  #convertTo(sampleRate: number): void {
    if (this.#converters.has(sampleRate) || this.#isEnding) return;
    const { clock } = this.#options.call();
    this.#converters.set(sampleRate, createFrameConverter({ sampleRate, clock, onFrame: (frame) => this.#hand(frame) }));
  }
}

/** The STT's rate if the VAD knows it too, so that one conversion serves both. */
const preferredRate = (rates: readonly number[], wanted: number | undefined): number =>
  wanted !== undefined && rates.includes(wanted) ? wanted : (rates[0] ?? 16_000);
