import type { RemoteTrack } from '@livekit/rtc-node';
import type { AudioChunk, AudioInput, Clock, Logger } from '@parley/core/provider';
import type { DecodedAudio } from '../early-audio/decode-early-audio.js';
import type { JoinedRoom } from '../joined-room.js';
import { CallerAudioQueue } from './caller-audio-queue.js';
import type { CallerWatch } from './caller-watch.js';
import { EarlyWait, type HeldFrame } from './early-wait.js';
import { NoiseFilters, type NoiseCancellation } from './noise-cancellation.js';

/** Of what nobody asks for a rate: models of speech take it. */
const usualRate = 16_000;
const frameMs = 20;
/** How often it is seen whether anything came, and after how long without it nothing is heard. */
const checkMs = 100;
/** A check that comes later than this says nothing: what came meanwhile may not have been read yet. */
const lateMs = 50;

export interface CallerAudioInputOptions {
  readonly joined: JoinedRoom;
  readonly watch: CallerWatch;
  readonly logger: Logger;
  readonly noiseCancellation?: NoiseCancellation | undefined;
  /** Whether what the caller recorded before the agent was there is heard first. */
  readonly preConnectAudio: boolean;
}

/** What is read of one track. */
interface Listening {
  readonly track: RemoteTrack;
  readonly stop: () => void;
}

/**
 * The caller's microphone, whoever the caller is and whichever track it is at the time. The library converts to the rate asked for, and
 * gives silence for as long as nothing comes: what is muted, lost or not there yet is told as gaps instead.
 */
export class CallerAudioInput implements AudioInput {
  readonly #options: CallerAudioInputOptions;
  readonly #filters: NoiseFilters;
  readonly #queue = new CallerAudioQueue(() => this.#stop());
  #clock: Clock | undefined;
  #sampleRate = usualRate;
  #listening: Listening | undefined;
  /** Callers whose recording was waited for. */
  readonly #met = new Set<string>();
  #early: EarlyWait | undefined;
  #isMuted = false;
  /** When the time line began, and when something was last heard. */
  #startMs = 0;
  #heardMs = 0;
  #unwatch = () => {};
  #cancelCheck = () => {};
  #isClosed = false;

  constructor(options: CallerAudioInputOptions) {
    this.#options = options;
    this.#filters = new NoiseFilters(options.noiseCancellation);
  }

  read({ sampleRates, clock }: { readonly sampleRates: readonly number[]; readonly clock: Clock }): AsyncIterable<AudioChunk> {
    if (this.#clock !== undefined) throw new Error('a caller is read once: make another roomIO to read them again');
    this.#clock = clock;
    this.#sampleRate = sampleRates[0] ?? usualRate;
    this.#startMs = clock.now();
    this.#heardMs = this.#startMs;
    if (this.#isClosed) return this.#queue.chunks;
    const { watch, joined } = this.#options;
    const unfollow = watch.onChange(() => this.#follow());
    // Late is better than never: what was heard meanwhile then comes before it.
    const unlisten = joined.early?.onRecording((from) => {
      if (this.#early === undefined && watch.caller?.identity === from) this.#awaitEarly(from);
    });
    this.#unwatch = () => {
      unfollow();
      unlisten?.();
    };
    this.#check(clock, clock.now());
    this.#follow();
    return this.#queue.chunks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
    this.#queue.end();
    this.#filters.close();
  }

  /** Listens to what the caller publishes now. */
  #follow(): void {
    const { watch } = this.#options;
    if (watch.state.type === 'gone') {
      this.#stop();
      return this.#queue.end();
    }
    watch.receive('microphone');
    const microphone = watch.track('microphone');
    this.#isMuted = microphone?.isMuted === true;
    if (microphone?.track === this.#listening?.track) return;
    this.#listening?.stop();
    this.#listening = microphone === undefined ? undefined : this.#listen(microphone.track);
  }

  #listen(track: RemoteTrack): Listening | undefined {
    const { joined, watch, logger } = this.#options;
    const { caller } = watch;
    if (caller === undefined) return undefined;
    // Whoever was met before has joined anew, and recorded nothing; a telephone never does.
    if (caller.kind === 'standard' && !this.#met.has(caller.identity)) this.#awaitEarly(caller.identity);
    try {
      const stream = new joined.rtc.AudioStream(track, {
        sampleRate: this.#sampleRate,
        numChannels: 1,
        frameSizeMs: frameMs,
        ...this.#filters.optionsFor(caller),
      });
      const reader = stream.getReader();
      const listening = { track, stop: () => void reader.cancel().catch(() => {}) };
      void this.#pump(listening, reader);
      return listening;
    } catch (error) {
      logger.log('error', 'the caller cannot be heard: their track gives no audio', { error: String(error) });
      return undefined;
    }
  }

  async #pump(listening: Listening, reader: FrameReader): Promise<void> {
    try {
      for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
        if (this.#isClosed) return;
        if (this.#listening === listening && !this.#isMuted) this.#hear(next.value.data);
      }
    } catch (error) {
      this.#options.logger.log('error', 'a track of the caller failed', { error: String(error) });
    }
    // Another stream of it may be opened when it is subscribed to again.
    if (this.#listening === listening) this.#listening = undefined;
  }

  #hear(samples: Int16Array): void {
    const frame = { samples, atMs: this.#clock?.now() ?? 0 };
    if (this.#early === undefined) return this.#take(frame);
    if (wasSilent(frame.atMs, this.#heardMs)) this.#pause(frame.atMs);
    this.#heardMs = frame.atMs;
    this.#early.hold(frame);
  }

  #take({ samples, atMs }: HeldFrame): void {
    if (wasSilent(atMs, this.#heardMs)) this.#pause(atMs);
    this.#heardMs = atMs;
    this.#queue.audio(samples, { sampleRate: this.#sampleRate, channels: 1 });
  }

  /** What lies between a silence that was told and the first sound after it. */
  #pause(atMs: number): void {
    const pauseMs = atMs - this.#startMs - frameMs - this.#queue.endMs;
    if (pauseMs > 0) this.#queue.gap(pauseMs);
  }

  #awaitEarly(identity: string): void {
    const { joined, logger, preConnectAudio } = this.#options;
    if (!preConnectAudio || joined.early === undefined || this.#clock === undefined) return;
    this.#met.add(identity);
    this.#early?.close();
    const onReady = (held: readonly HeldFrame[]) => {
      this.#early = undefined;
      for (const frame of held) this.#take(frame);
    };
    const onRecorded = (piece: DecodedAudio) => this.#insert(piece);
    this.#early = new EarlyWait({ early: joined.early, identity, clock: this.#clock, logger, onRecorded, onReady });
  }

  /** It was said before all that is heard now: the time line began so much earlier. */
  #insert({ samples, sampleRate }: DecodedAudio): void {
    this.#queue.audio(samples, { sampleRate, channels: 1 });
    this.#startMs -= (samples.length * 1000) / sampleRate;
  }

  #check(clock: Clock, dueMs: number): void {
    const nowMs = clock.now();
    const silentMs = nowMs - this.#startMs - this.#queue.endMs;
    // What was recorded goes before the silence.
    if (this.#early === undefined && nowMs - dueMs <= lateMs && nowMs - this.#heardMs >= checkMs && silentMs > 0) this.#queue.gap(silentMs);
    this.#cancelCheck = clock.after(checkMs, () => this.#check(clock, nowMs + checkMs));
  }

  #stop(): void {
    this.#unwatch();
    this.#cancelCheck();
    this.#early?.close();
    this.#early = undefined;
    this.#listening?.stop();
    this.#listening = undefined;
  }
}

/** Whether silence was told until now. */
const wasSilent = (atMs: number, heardMs: number): boolean => atMs - heardMs > checkMs;

interface FrameReader {
  read(): Promise<{ readonly value?: { readonly data: Int16Array } | undefined }>;
}
