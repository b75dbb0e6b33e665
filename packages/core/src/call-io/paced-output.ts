import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';
import { createDeferred, type Deferred } from '../stream/deferred.js';
import { ClosedIds } from './closed-ids.js';
import { checkFrameFormat, checkOutputFormat } from './output-format.js';
import type { PlayedAudio } from './played-audio.js';
import { PlayoutEvents } from './playout-events.js';
import { PlayoutSegment } from './playout-segment.js';
import { type Ticker, type TickListener, tickerOf } from './ticker.js';

export interface PacedAudioOutputOptions {
  readonly clock: Clock;
  /** Hertz. */
  readonly sampleRate: number;
  /** 1 by default. */
  readonly channels?: number;
  /** From "played" to the listener's ear; 0 by default. */
  readonly latencyMs?: number;
  /** Audio that may wait before `write` asks for patience; 200 by default. */
  readonly bufferMs?: number;
  /** Given each stretch as it is played, about every 20 ms. If it throws, the output closes, and `events` ends with its error. */
  readonly onAudio?: (audio: PlayedAudio) => void;
}

/** An output with no sound card behind it: time alone plays. */
export interface PacedAudioOutput extends AudioOutput {
  /** Time since its creation up to which all that was played has been given to `onAudio`. */
  readonly reportedMs: number;
}

/**
 * Plays what is written in the clock's time, and acknowledges it to the sample: the first write sounds at once, the end of a segment is
 * reported when its last sample has been played, and `clear` reports what has been played by then. When audio runs out within a segment,
 * playing pauses and the position stands still until more is written. Segments play one after another, each after the one before it ended;
 * what is written to one that was ended or cleared is ignored.
 *
 * @throws {RangeError} An option is out of range.
 */
export function createPacedAudioOutput(options: PacedAudioOutputOptions): PacedAudioOutput {
  return new ClockedOutput(options);
}

/** Contract: at least every 100 ms. At a tick of 20 ms, the first after 80 is the last that is early enough. */
const progressAfterMs = 80;

/** In samples. Times are sums of fractions: without it, the last sample of a segment could seem to be a hair's breadth away. */
const tolerance = 0.001;

class ClockedOutput implements PacedAudioOutput, TickListener {
  readonly sampleRate: number;
  readonly channels: number;
  readonly latencyMs: number;
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #onAudio: ((audio: PlayedAudio) => void) | undefined;
  readonly #bufferLength: number;
  readonly #createdMs: number;
  readonly #events = new PlayoutEvents();
  readonly #closedIds = new ClosedIds();
  /** In order of playing; the first is the one being played. */
  readonly #segments: PlayoutSegment[] = [];
  /** Samples per channel not yet played, of all segments. */
  #queued = 0;
  /** The unbroken playing under way: when it began, and samples played since. */
  #run: { readonly startMs: number; played: number } | undefined;
  #cancelEnd: (() => void) | undefined;
  #progressMs = 0;
  #room: Deferred<void> | undefined;
  #isClosed = false;

  constructor(options: PacedAudioOutputOptions) {
    const { clock, sampleRate, channels = 1, latencyMs = 0, bufferMs = 200 } = options;
    checkOutputFormat({ sampleRate, channels });
    if (!(latencyMs >= 0)) throw new RangeError(`an output's latency is a number of milliseconds from 0 on, not ${latencyMs}`);
    if (!(bufferMs >= 0)) throw new RangeError(`an output's buffer is a number of milliseconds from 0 on, not ${bufferMs}`);
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.latencyMs = latencyMs;
    this.#clock = clock;
    this.#ticker = tickerOf(clock);
    this.#onAudio = options.onAudio;
    this.#bufferLength = (bufferMs * sampleRate) / 1_000;
    this.#createdMs = clock.now();
  }

  get events(): AsyncIterable<PlayoutEvent> {
    return this.#events.stream;
  }

  get reportedMs(): number {
    return (this.#run === undefined ? this.#clock.now() : this.#timeOf(this.#run, 0)) - this.#createdMs;
  }

  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    checkFrameFormat(frame, this);
    const segment = this.#segmentOf(segmentId);
    if (segment === undefined || segment.isEnded) return undefined;
    if (frame.samples.length > 0) {
      const nowMs = this.#clock.now();
      // Audio may have run out since the last tick: the break is not to be closed by what comes only now.
      if (this.#run !== undefined && nowMs > this.#timeOf(this.#run, this.#playable())) this.#advance(nowMs);
      segment.add(frame.samples);
      this.#queued += frame.samples.length / this.channels;
      if (this.#run === undefined) this.#resume(nowMs);
    }
    if (this.#queued <= this.#bufferLength) return this.#events.full;
    this.#room ??= createDeferred<void>();
    return this.#room.promise;
  }

  end(segmentId: string): void {
    const segment = this.#segmentOf(segmentId);
    if (segment === undefined || segment.isEnded) return;
    segment.isEnded = true;
    if (segment !== this.#segments[0]) return;
    const nowMs = this.#clock.now();
    if (this.#run === undefined) this.#resume(nowMs);
    else this.#advance(nowMs);
  }

  clear(): void {
    this.#advance(this.#clock.now());
    for (const segment of this.#segments.splice(0)) this.#report(segment, false);
    this.#stop();
  }

  tick(nowMs: number): void {
    this.#advance(nowMs);
    const head = this.#segments[0];
    if (this.#run === undefined || head === undefined || nowMs - this.#progressMs < progressAfterMs) return;
    this.#reportProgress(head, nowMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) {
      this.clear();
      this.#isClosed = true;
      this.#events.end();
    }
    return Promise.resolve();
  }

  /** The open segment of that name, a new one if there was none yet; nothing if it is over. */
  #segmentOf(id: string): PlayoutSegment | undefined {
    const last = this.#segments.at(-1);
    if (last?.id === id) return last;
    if (this.#isClosed || this.#closedIds.has(id)) return undefined;
    const present = this.#segments.find((segment) => segment.id === id);
    if (present !== undefined) return present;
    const opened = new PlayoutSegment(id, this.channels);
    this.#segments.push(opened);
    return opened;
  }

  /** Samples that can be played without a break: up to the end of the first segment for which more may come. */
  #playable(): number {
    let count = 0;
    for (const segment of this.#segments) {
      count += segment.queued;
      if (!segment.isEnded) break;
    }
    return count;
  }

  /** When the run has played so many samples more. */
  #timeOf(run: { readonly startMs: number; readonly played: number }, more: number): number {
    return run.startMs + ((run.played + more) * 1_000) / this.sampleRate;
  }

  /** Plays from now on, if there is anything to play. */
  #resume(nowMs: number): void {
    let head = this.#segments[0];
    for (; head?.isEnded === true && head.queued === 0; head = this.#segments[0]) this.#finish(head);
    if (head === undefined || head.queued === 0) return;
    this.#run = { startMs: nowMs, played: 0 };
    this.#progressMs = nowMs;
    this.#ticker.add(this);
    this.#start(head, nowMs);
    this.#awaitEnd(nowMs);
  }

  /** Plays all that is due by now. */
  #advance(nowMs: number): void {
    const run = this.#run;
    if (run === undefined) return;
    const stretches: PlayedAudio[] = [];
    let due = Math.floor(((nowMs - run.startMs) * this.sampleRate) / 1_000 + tolerance) - run.played;
    for (let head = this.#segments[0]; head !== undefined; head = this.#segments[0]) {
      if (head.queued > 0) this.#start(head, nowMs);
      const played = this.#onAudio === undefined ? head.play(due) : head.play(due, this.#collector(run, stretches));
      run.played += played;
      this.#queued -= played;
      due -= played;
      if (head.queued > 0) break;
      if (!head.isEnded) {
        this.#pause();
        this.#reportProgress(head, nowMs);
        break;
      }
      this.#finish(head);
    }
    if (this.#segments.length === 0) this.#pause();
    if (this.#queued <= this.#bufferLength) this.#openRoom();
    this.#awaitEnd(nowMs);
    this.#giveAudio(stretches);
  }

  /** Keeps what is played, to be given away when all counts are right again: the receiver may call back in. */
  #collector(
    run: { readonly startMs: number; readonly played: number },
    stretches: PlayedAudio[],
  ): (samples: Int16Array, before: number) => void {
    const { sampleRate, channels } = this;
    return (samples, before) => stretches.push({ samples, sampleRate, channels, atMs: this.#timeOf(run, before) - this.#createdMs });
  }

  #giveAudio(stretches: readonly PlayedAudio[]): void {
    try {
      for (const stretch of stretches) this.#onAudio?.(stretch);
    } catch (error) {
      this.#isClosed = true;
      this.#segments.length = 0;
      this.#stop();
      this.#events.fail(error);
    }
  }

  #start(segment: PlayoutSegment, nowMs: number): void {
    if (segment.isStarted) return;
    segment.isStarted = true;
    this.#progressMs = nowMs;
    this.#events.push({ type: 'started', segmentId: segment.id });
  }

  #finish(head: PlayoutSegment): void {
    this.#segments.shift();
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    this.#report(head, true);
  }

  #report(segment: PlayoutSegment, complete: boolean): void {
    this.#closedIds.add(segment.id);
    this.#events.push({ type: 'finished', segmentId: segment.id, playedMs: this.#playedMs(segment), complete });
  }

  #reportProgress(segment: PlayoutSegment, nowMs: number): void {
    this.#progressMs = nowMs;
    this.#events.push({ type: 'progress', segmentId: segment.id, playedMs: this.#playedMs(segment) });
  }

  #playedMs(segment: PlayoutSegment): number {
    return (segment.played * 1_000) / this.sampleRate;
  }

  /** Between two ticks, only the end of a segment must be met exactly: a timer for it, once it is known. */
  #awaitEnd(nowMs: number): void {
    const head = this.#segments[0];
    if (this.#run === undefined || head?.isEnded !== true || this.#cancelEnd !== undefined) return;
    this.#cancelEnd = this.#clock.after(this.#timeOf(this.#run, head.queued) - nowMs, () => {
      this.#cancelEnd = undefined;
      this.#advance(this.#clock.now());
    });
  }

  #pause(): void {
    this.#run = undefined;
    this.#ticker.remove(this);
  }

  /** Forgets what was to be played. */
  #stop(): void {
    this.#pause();
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    this.#queued = 0;
    this.#openRoom();
  }

  #openRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
