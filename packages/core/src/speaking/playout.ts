import type { AudioFrame } from '../provider/audio-frame.js';
import type { PlayoutEvent } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';
import { createDeferred } from '../stream/deferred.js';
import type { OutputPort } from './output-port.js';

/** How long past its audio's length an acknowledgement may take: turn-taking rules, liveness. */
const acknowledgeMs = 5000;

export interface PlayoutResult {
  /** How much of the reply reached the listener's ear. */
  readonly playedMs: number;
  readonly complete: boolean;
}

export interface PlayoutOptions {
  readonly port: OutputPort;
  readonly clock: Clock;
  readonly onStarted: () => void;
  readonly onProgress: (playedMs: number) => void;
  /** The output did not acknowledge in time: what is heard is counted by the clock. */
  readonly onUnacknowledged: () => void;
}

const durationMs = (frame: AudioFrame): number => (frame.samples.length / frame.channels / frame.sampleRate) * 1000;

/**
 * One reply on its way to the listener. Holds its audio back until it has the floor; can be held and taken up again where it stopped, on any
 * output: what was cleared before it was played is written again as a new segment.
 */
export class Playout {
  readonly #options: PlayoutOptions;
  readonly #done = createDeferred<PlayoutResult>();
  /** From `#firstUnplayed` on: written to the output's present segment, then still to be written from `#nextToWrite` on. */
  #frames: AudioFrame[] = [];
  #nextToWrite = 0;
  /** Place in the reply of the first frame kept. */
  #keptFromMs = 0;
  /** Place in the reply at which the output's present segment began. */
  #segmentFromMs = 0;
  #segmentId: string | undefined;
  #totalMs = 0;
  #playedMs = 0;
  #state: 'waiting' | 'playing' | 'held' | 'stopping' | 'done' = 'waiting';
  #isClearing = false;
  #isBlocked = false;
  #hasEnded = false;
  #hasEndedSegment = false;
  #hasStarted = false;
  #segmentStartedAtMs: number | undefined;
  #cancelDeadline = () => {};

  constructor(options: PlayoutOptions) {
    this.#options = options;
  }

  /** Settles once the reply was played, or was stopped and what was heard is known. */
  get done(): Promise<PlayoutResult> {
    return this.#done.promise;
  }

  /** Audio given and not yet played. */
  get aheadMs(): number {
    return this.#totalMs - this.#playedMs;
  }

  get totalMs(): number {
    return this.#totalMs;
  }

  /** At the output's rate and number of channels. */
  push(frame: AudioFrame): void {
    if (this.#state === 'stopping' || this.#state === 'done') return;
    this.#frames.push(frame);
    this.#totalMs += durationMs(frame);
    this.#pump();
  }

  /** No more audio. */
  end(): void {
    this.#hasEnded = true;
    this.#pump();
  }

  /** It has the floor: from now on it is heard. */
  authorise(): void {
    if (this.#state === 'waiting') this.#state = 'playing';
    this.#pump();
  }

  /** Falls silent at once, and keeps its place. */
  hold(): void {
    if (this.#state === 'done' || this.#state === 'stopping') return;
    this.#state = 'held';
    this.#clear();
  }

  resume(): void {
    if (this.#state !== 'held') return;
    this.#state = 'playing';
    this.#pump();
  }

  /** Falls silent at once, for good. */
  stop(): void {
    if (this.#state === 'done' || this.#state === 'stopping') return;
    this.#state = 'stopping';
    if (this.#segmentId === undefined) this.#finish(false);
    else this.#clear();
  }

  #pump(): void {
    if (this.#state !== 'playing' || this.#isBlocked || this.#isClearing) return;
    const { output } = this.#options.port;
    for (let frame = this.#frames[this.#nextToWrite]; frame !== undefined; frame = this.#frames[this.#nextToWrite]) {
      this.#segmentId ??= this.#openSegment();
      this.#nextToWrite += 1;
      const full = output.write(this.#segmentId, frame);
      if (full !== undefined) return this.#waitForRoom(full);
    }
    if (!this.#hasEnded || this.#hasEndedSegment) return;
    if (this.#segmentId === undefined) return this.#finish(true);
    this.#hasEndedSegment = true;
    output.end(this.#segmentId);
    this.#expectFinished(this.aheadMs + acknowledgeMs);
  }

  #waitForRoom(full: Promise<void>): void {
    this.#isBlocked = true;
    const goOn = () => {
      this.#isBlocked = false;
      this.#pump();
    };
    // A write that fails is told by the output's events.
    full.then(goOn, goOn);
  }

  #openSegment(): string {
    this.#segmentFromMs = this.#keptFromMs;
    this.#hasEndedSegment = false;
    this.#segmentStartedAtMs = undefined;
    return this.#options.port.open((event) => this.#onEvent(event));
  }

  #clear(): void {
    if (this.#segmentId === undefined || this.#isClearing) return;
    this.#isClearing = true;
    this.#options.port.output.clear();
    this.#expectFinished(acknowledgeMs);
  }

  #onEvent(event: PlayoutEvent): void {
    if (event.type === 'started') {
      this.#segmentStartedAtMs = this.#options.clock.now();
      if (!this.#hasStarted) this.#options.onStarted();
      this.#hasStarted = true;
    } else if (event.type === 'progress') {
      this.#advance(this.#segmentFromMs + event.playedMs);
      this.#options.onProgress(this.#playedMs);
      if (this.#hasEndedSegment) this.#expectFinished(this.aheadMs + acknowledgeMs);
    } else {
      this.#onSegmentFinished(event.playedMs);
    }
  }

  #onSegmentFinished(playedMs: number): void {
    this.#cancelDeadline();
    this.#advance(this.#segmentFromMs + playedMs);
    const wasWhole = this.#hasEndedSegment && this.#frames.length === 0;
    this.#segmentId = undefined;
    this.#isClearing = false;
    this.#nextToWrite = 0;
    if (wasWhole) this.#finish(true);
    else if (this.#state === 'stopping') this.#finish(false);
    else this.#pump();
  }

  /** Forgets what was played; a frame played in part is cut. */
  #advance(playedMs: number): void {
    this.#playedMs = Math.min(Math.max(this.#playedMs, playedMs), this.#totalMs);
    let count = 0;
    for (const frame of this.#frames) {
      const endMs = this.#keptFromMs + durationMs(frame);
      // Rates that do not divide leave a remainder far below a sample.
      if (endMs > this.#playedMs + 0.01) break;
      this.#keptFromMs = endMs;
      count += 1;
    }
    this.#frames.splice(0, count);
    this.#nextToWrite = Math.max(0, this.#nextToWrite - count);
    if (this.#isClearing) this.#cutFirstFrame();
  }

  #cutFirstFrame(): void {
    const [first] = this.#frames;
    if (first === undefined) return;
    const skip = Math.round(((this.#playedMs - this.#keptFromMs) / 1000) * first.sampleRate) * first.channels;
    if (skip <= 0) return;
    this.#frames[0] = { ...first, samples: first.samples.subarray(skip) };
    this.#keptFromMs = this.#playedMs;
  }

  #expectFinished(withinMs: number): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#options.clock.after(withinMs, () => {
      this.#options.onUnacknowledged();
      const startedAtMs = this.#segmentStartedAtMs ?? this.#options.clock.now();
      this.#onSegmentFinished(this.#isClearing ? this.#playedMs - this.#segmentFromMs : this.#options.clock.now() - startedAtMs);
    });
  }

  #finish(complete: boolean): void {
    if (this.#state === 'done') return;
    this.#state = 'done';
    this.#cancelDeadline();
    this.#frames = [];
    const heardMs = complete ? this.#playedMs : Math.max(0, this.#playedMs - this.#options.port.output.latencyMs);
    this.#done.resolve({ playedMs: heardMs, complete });
  }
}
