import { APIError, APITimeoutError, isAPIError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { CallOptions } from '../provider/call-options.js';
import type { TTS, TTSEvent, TTSInput, TTSRequest } from '../provider/tts.js';
import { Channel } from '../stream/channel.js';
import { type ConnectOptions, retryDelayMs } from '../stream/connect-options.js';
import { linkSignals } from '../stream/linked-signal.js';
import { sleep } from '../stream/sleep.js';

/** First output while another attempt remains: contract, point 4. */
const firstOutputMs = 3000;
/** Segments given to the TTS whose audio is not complete yet: one is spoken, the next is already there. */
const segmentsAhead = 2;

export interface SpeechSegment {
  readonly id: string;
  readonly text: string;
}

export interface SynthesisOptions {
  readonly tts: Pick<TTS, 'provider' | 'model' | 'capabilities'>;
  readonly synthesize: (request: TTSRequest) => AsyncIterable<TTSEvent>;
  readonly call: () => Omit<CallOptions, 'signal'>;
  readonly signal: AbortSignal;
  readonly sampleRate: number;
  readonly connect: ConnectOptions;
  readonly replyDeadlineMs: number;
  /** Audio that is there and not yet played; from `maxAheadMs` on no further segment is given to the TTS. */
  readonly aheadMs: () => number;
  readonly maxAheadMs: number;
  readonly onSegmentStart: (segment: SpeechSegment) => void;
  /** May ask to be waited for before the next event. */
  readonly onEvent: (event: TTSEvent) => Promise<void> | undefined;
  readonly onRetry: (error: unknown) => void;
}

/**
 * Has a TTS speak segments in order, over as many calls as it takes. A call that fails is made again from the segment that was not
 * complete, of which what was already delivered is not delivered twice. `run` settles when all is spoken, or rejects with the last error.
 */
export class Synthesis {
  readonly #options: SynthesisOptions;
  /** Not complete yet; the first `#given` of them were given to the present call. */
  readonly #segments: SpeechSegment[] = [];
  #given = 0;
  #hasEnded = false;
  #input: Channel<TTSInput> | undefined;
  #watchedCancel = () => {};
  #onSilence = (_waitedMs: number) => {};
  /** Audio delivered of the first segment, in this call and in all. */
  #deliveredMs = 0;
  #skipMs = 0;
  #hasProgressed = false;
  #wake = () => {};

  constructor(options: SynthesisOptions) {
    this.#options = options;
  }

  push(segment: SpeechSegment): void {
    this.#segments.push(segment);
    this.#wake();
    this.poke();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
    this.poke();
  }

  /** Something was played: there may be room for the next segment. */
  poke(): void {
    const input = this.#input;
    if (input === undefined) return;
    const mayGiveMore = () => this.#given < (this.#options.tts.capabilities.streaming ? segmentsAhead : 1);
    while (mayGiveMore() && this.#options.aheadMs() < this.#options.maxAheadMs) {
      const segment = this.#segments[this.#given];
      if (segment === undefined) break;
      this.#given += 1;
      this.#options.onSegmentStart(segment);
      void input.push({ type: 'text', segmentId: segment.id, text: segment.text });
      void input.push({ type: 'flush', segmentId: segment.id });
      if (this.#given === 1) this.#watch(this.#hasProgressed ? this.#options.connect.timeoutMs : firstOutputMs);
      if (!this.#options.tts.capabilities.streaming) input.end();
    }
    if (this.#hasEnded && this.#given === this.#segments.length) input.end();
  }

  async run(): Promise<void> {
    const { signal, connect, onRetry, replyDeadlineMs } = this.#options;
    const { clock } = this.#options.call();
    let failures = 0;
    let waitingSinceMs = clock.now();
    while (await this.#hasWork()) {
      if (failures === 0) waitingSinceMs = clock.now();
      this.#hasProgressed = false;
      try {
        await this.#attempt(failures < connect.maxRetries);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (this.#hasProgressed) [failures, waitingSinceMs] = [0, clock.now()];
        failures += 1;
        const delayMs = retryDelayMs(failures, connect, isAPIError(error) ? error.retryAfterMs : 0);
        const isWorthIt = isAPIError(error) && error.retryable && failures <= connect.maxRetries;
        if (!isWorthIt || clock.now() + delayMs >= waitingSinceMs + replyDeadlineMs) throw error;
        onRetry(error);
        await sleep(delayMs, { clock, signal }).catch(() => {});
      }
    }
  }

  /** Waits until there is a segment to speak; false once there will be none. */
  async #hasWork(): Promise<boolean> {
    const { signal } = this.#options;
    while (this.#segments.length === 0 && !this.#hasEnded && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return this.#segments.length > 0 && !signal.aborted;
  }

  async #attempt(isRetryLeft: boolean): Promise<void> {
    const { signal, synthesize, call, sampleRate, tts } = this.#options;
    using link = linkSignals(signal);
    this.#onSilence = (waitedMs) =>
      link.abort(new APITimeoutError(`gave no audio for ${waitedMs} ms`, { provider: tts.provider, retryable: isRetryLeft }));
    const input = new Channel<TTSInput>({ capacity: 16 });
    this.#input = input;
    this.#given = 0;
    this.#skipMs = this.#deliveredMs;
    this.#deliveredMs = 0;
    this.poke();
    try {
      for await (const event of synthesize({ ...call(), signal: link.signal, text: input, sampleRate })) {
        const wait = this.#take(event);
        if (wait !== undefined) await wait;
      }
    } finally {
      this.#watchedCancel();
      this.#input = undefined;
      input.cancel();
      this.#deliveredMs = Math.max(this.#deliveredMs, this.#skipMs);
    }
    if (signal.aborted) return;
    if (link.signal.aborted) throw link.signal.reason;
    if (this.#given > 0)
      throw new APIError('the stream ended before all segments were spoken', { kind: 'protocol', provider: tts.provider, retryable: true });
  }

  #take(event: TTSEvent): Promise<void> | undefined {
    let wait: Promise<void> | undefined;
    const { onEvent, connect } = this.#options;
    this.#watchedCancel();
    if (event.type === 'audio') {
      this.#hasProgressed = true;
      const frame = this.#notYetDelivered(event.frame);
      if (frame !== undefined) wait = onEvent({ ...event, frame });
    } else {
      wait = onEvent(event);
    }
    if (event.type === 'segment-end' && event.segmentId === this.#segments[0]?.id) {
      this.#hasProgressed = true;
      this.#segments.shift();
      this.#given -= 1;
      this.#deliveredMs = 0;
      this.#skipMs = 0;
      this.poke();
    }
    if (this.#given > 0) this.#watch(this.#hasProgressed ? connect.timeoutMs : firstOutputMs);
    return wait;
  }

  /** Leaves out what an earlier attempt has delivered of this segment. */
  #notYetDelivered(frame: AudioFrame): AudioFrame | undefined {
    const lengthMs = (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
    const beforeMs = this.#deliveredMs;
    this.#deliveredMs += lengthMs;
    if (this.#skipMs <= beforeMs) return frame;
    if (this.#skipMs >= this.#deliveredMs) return undefined;
    const skip = Math.round(((this.#skipMs - beforeMs) / 1000) * frame.sampleRate) * frame.channels;
    return { ...frame, samples: frame.samples.subarray(skip) };
  }

  #watch(forMs: number): void {
    this.#watchedCancel();
    this.#watchedCancel = this.#options.call().clock.after(forMs, () => this.#onSilence(forMs));
  }
}
