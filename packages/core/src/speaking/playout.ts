import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';
import { createDeferred } from '../stream/deferred.js';
import { KeptAudio } from './kept-audio.js';
import type { OutputPort } from './output-port.js';

/** How long past its audio's length an acknowledgement may take: turn-taking rules, liveness. */
const acknowledgeMs = 5000;
/** An output that plays says so at least this often: contract of `AudioOutput`. */
const progressMs = 100;
/** Segments in a row that the output ended by itself without playing any of it, after which it is not asked again. */
const mostFruitless = 3;

export interface PlayoutResult {
  /** How much of the reply reached the listener's ear. */
  readonly playedMs: number;
  /** All of it did. */
  readonly complete: boolean;
  /** What the output threw: nothing more could be written to it. */
  readonly error?: unknown;
}

export interface PlayoutOptions {
  readonly port: OutputPort;
  readonly clock: Clock;
  /** The first sound; not if the reply was stopped before. */
  readonly onStarted: () => void;
  /** @param heardMs How much has reached the listener's ear, growing. */
  readonly onProgress: (heardMs: number) => void;
  /** The output did not acknowledge in time: what is heard is counted by the clock. */
  readonly onUnacknowledged: () => void;
}

/** A segment of the output, in which the reply is played from one hold to the next. Places are counted as `KeptAudio` does. */
interface OpenSegment {
  readonly id: string;
  /** Place in the reply at which it began. */
  readonly from: number;
  /** What the output reported last, and when; its beginning at first. */
  place: number;
  reportedMs: number;
  hasStarted: boolean;
  hasEnded: boolean;
  clearedMs: number | undefined;
}

/**
 * One reply on its way to the listener. Holds its audio back until it has the floor; can be held and taken up again where it stopped, on any
 * output: what was cleared before it was played is written again as a new segment. Audio is given as fast as the output takes it.
 */
export class Playout {
  readonly #options: PlayoutOptions;
  readonly #done = createDeferred<PlayoutResult>();
  readonly #audio = new KeptAudio();
  /** Of the audio given: the output may be another one by the time at which it is played. */
  readonly #sampleRate: number;
  #segment: OpenSegment | undefined;
  /** Place in the reply up to which it was played. */
  #played = 0;
  #state: 'open' | 'stopping' | 'done' = 'open';
  #isAuthorised = false;
  #isHeld = false;
  #hasEnded = false;
  #hasStarted = false;
  #fruitless = 0;
  /** Settles when the output has room again. */
  #full: Promise<void> | undefined;
  readonly #forgetGone: () => void;
  #watch: { readonly dueMs: number; readonly cancel: () => void } | undefined;

  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.#sampleRate = options.port.output.sampleRate;
    this.#forgetGone = options.port.onGone(() => this.#onGone());
  }

  /** Settles once the reply was played, or was stopped and what was heard is known. Never rejects. */
  get done(): Promise<PlayoutResult> {
    return this.#done.promise;
  }

  /** Audio given and not yet played. */
  get aheadMs(): number {
    return this.#toMs(this.#audio.total - this.#played);
  }

  get totalMs(): number {
    return this.#toMs(this.#audio.total);
  }

  /** At the rate and number of channels that the output had when the playout was made. Dropped once the reply was ended or stopped. */
  push(frame: AudioFrame): void {
    if (this.#state !== 'open' || this.#hasEnded) return;
    this.#audio.push(frame);
    this.#pump();
  }

  /** No more audio. */
  end(): void {
    this.#hasEnded = true;
    this.#pump();
  }

  /** It has the floor: from now on it is heard, unless it is held. */
  authorise(): void {
    this.#isAuthorised = true;
    this.#pump();
  }

  /** Falls silent at once, and keeps its place. */
  hold(): void {
    if (this.#state !== 'open') return;
    this.#isHeld = true;
    this.#clear();
  }

  /** Goes on where it was held. */
  resume(): void {
    this.#isHeld = false;
    this.#pump();
  }

  /** Falls silent at once, for good. */
  stop(): void {
    if (this.#state !== 'open') return;
    this.#state = 'stopping';
    if (this.#segment === undefined) this.#finish({ complete: false });
    else this.#clear();
  }

  #pump(): void {
    if (this.#state !== 'open' || !this.#isAuthorised || this.#isHeld) return;
    if (this.#full !== undefined || this.#segment?.clearedMs !== undefined) return;
    try {
      this.#write();
    } catch (error) {
      this.#fail(error);
    }
  }

  #write(): void {
    const { port } = this.#options;
    if (port.isGone) return this.#finish({ complete: false });
    this.#forgiveIdleness();
    for (let frame = this.#audio.take(); frame !== undefined; frame = this.#audio.take()) {
      this.#segment ??= this.#openSegment(this.#played);
      const full = port.write(this.#segment.id, frame);
      if (full !== undefined) return this.#waitForRoom(full);
    }
    if (this.#hasEnded && this.#segment === undefined) return this.#finish({ complete: true });
    if (this.#segment !== undefined && this.#hasEnded && !this.#segment.hasEnded) {
      this.#segment.hasEnded = true;
      port.end(this.#segment.id);
    }
    this.#expect();
  }

  /** An output that had played all that it was given had nothing to say: its time begins with what it is given now. */
  #forgiveIdleness(): void {
    const segment = this.#segment;
    if (segment !== undefined && this.#dueMs() === Infinity) segment.reportedMs = this.#options.clock.now();
  }

  #waitForRoom(full: Promise<void>): void {
    this.#full = full;
    const goOn = () => {
      if (this.#full !== full) return;
      this.#full = undefined;
      this.#pump();
    };
    const onFailure = (error: unknown) => {
      const isAwaited = this.#full === full && this.#segment?.clearedMs === undefined;
      // A write that was cleared is nobody's any more.
      if (isAwaited) this.#fail(error);
      else goOn();
    };
    full.then(goOn, onFailure);
    this.#expect();
  }

  #openSegment(from: number): OpenSegment {
    const id = this.#options.port.open({ onEvent: (event) => this.#onEvent(event), onReplaced: () => this.#onReplaced() });
    const reportedMs = this.#options.clock.now();
    return { id, from, place: from, reportedMs, hasStarted: false, hasEnded: false, clearedMs: undefined };
  }

  #clear(): void {
    if (this.#segment === undefined || this.#segment.clearedMs !== undefined) return;
    this.#segment.clearedMs = this.#options.clock.now();
    try {
      this.#options.port.clear();
    } catch (error) {
      return this.#fail(error);
    }
    this.#expect();
  }

  /** The output cannot be relied on: the reply ends here, and what was written of it and not played is not to be heard, if that can be had. */
  #fail(error: unknown): void {
    if (this.#segment !== undefined) silence(this.#options.port.output, this.#segment);
    this.#finish({ complete: false, error });
  }

  #onEvent(event: PlayoutEvent): void {
    const segment = this.#segment;
    // What was given up may still be reported later.
    if (segment === undefined || event.segmentId !== segment.id) return;
    if (event.type === 'started') {
      segment.hasStarted = true;
      segment.reportedMs = this.#options.clock.now();
      this.#start();
    } else if (event.type === 'progress') {
      this.#report(segment, segment.from + this.#toSamples(event.playedMs));
    } else {
      this.#advance(segment.from + this.#toSamples(event.playedMs));
      this.#leave(segment, event.complete && segment.hasEnded && this.#audio.taken === this.#audio.total);
    }
  }

  #start(): void {
    if (this.#hasStarted || this.#state !== 'open') return;
    this.#hasStarted = true;
    this.#options.onStarted();
  }

  #report(segment: OpenSegment, place: number): void {
    this.#advance(place);
    segment.place = this.#played;
    segment.reportedMs = this.#options.clock.now();
    if (this.#state === 'open') this.#options.onProgress(this.#heardMs());
    this.#expect();
  }

  /**
   * Another output takes over, or none: what the one before must have played since it last said something counts as played, the rest is
   * written to the new one.
   */
  #onReplaced(): void {
    const segment = this.#segment;
    if (segment === undefined) return;
    const nowMs = this.#options.clock.now();
    const sinceMs = segment.hasStarted ? Math.min((segment.clearedMs ?? nowMs) - segment.reportedMs, progressMs) : 0;
    segment.clearedMs ??= nowMs;
    this.#advance(segment.place + this.#toSamples(Math.max(0, sinceMs)));
    this.#leave(segment, false);
  }

  /** One that is held has no segment, and nothing to go on by. */
  #onGone(): void {
    if (this.#isAuthorised && this.#segment === undefined) this.#finish({ complete: false });
  }

  /** The output is done with the segment; what it did not play is to be written again, if the reply goes on. */
  #leave(segment: OpenSegment, isWhole: boolean): void {
    this.#segment = undefined;
    this.#full = undefined;
    this.#expect();
    if (isWhole || (this.#hasEnded && this.#played === this.#audio.total)) return this.#finish({ complete: true });
    this.#fruitless = segment.clearedMs === undefined && this.#played === segment.from ? this.#fruitless + 1 : 0;
    if (this.#state === 'stopping' || this.#fruitless === mostFruitless) return this.#finish({ complete: false });
    this.#audio.rewind(this.#played);
    this.#pump();
  }

  #advance(place: number): void {
    this.#played = Math.min(Math.max(this.#played, place), this.#audio.taken);
    this.#audio.forget(this.#played);
  }

  /** When the output must have said something; never, if it has played all that it was given and more may come. */
  #dueMs(): number {
    const segment = this.#segment;
    if (segment === undefined) return Infinity;
    if (segment.clearedMs !== undefined) return segment.clearedMs + acknowledgeMs;
    const isOwed = segment.hasEnded || this.#full !== undefined || this.#audio.taken > segment.place;
    return isOwed ? segment.reportedMs + this.#toMs(this.#audio.taken - segment.place) + acknowledgeMs : Infinity;
  }

  /** One timer, which is set later only when it fires: writing and acknowledging go on all the time. */
  #expect(): void {
    const dueMs = this.#dueMs();
    if (dueMs !== Infinity && this.#watch !== undefined && this.#watch.dueMs <= dueMs) return;
    this.#watch?.cancel();
    this.#watch = undefined;
    if (dueMs === Infinity) return;
    const { clock } = this.#options;
    const onDue = () => {
      this.#watch = undefined;
      if (this.#dueMs() <= clock.now()) this.#onOverdue();
      else this.#expect();
    };
    this.#watch = { dueMs, cancel: clock.after(dueMs - clock.now(), onDue) };
  }

  /** Nothing was heard of the output: what it must have played by now counts as played. */
  #onOverdue(): void {
    const segment = this.#segment;
    if (segment === undefined) return;
    this.#options.onUnacknowledged();
    const untilMs = segment.clearedMs ?? this.#options.clock.now();
    const place = segment.place + this.#toSamples(untilMs - segment.reportedMs);
    if (segment.clearedMs === undefined && !segment.hasEnded && this.#full === undefined) return this.#report(segment, place);
    this.#advance(place);
    this.#options.port.forget(segment.id);
    // An output that takes no more audio and says nothing is beyond help.
    if (segment.clearedMs === undefined && !segment.hasEnded) this.#state = 'stopping';
    this.#leave(segment, segment.clearedMs === undefined && segment.hasEnded);
  }

  #finish(outcome: { readonly complete: boolean; readonly error?: unknown }): void {
    if (this.#state === 'done') return;
    this.#state = 'done';
    this.#forgetGone();
    if (this.#segment !== undefined) this.#options.port.forget(this.#segment.id);
    this.#segment = undefined;
    this.#expect();
    this.#audio.clear();
    if (outcome.complete) this.#played = this.#audio.total;
    this.#done.resolve({ playedMs: outcome.complete ? this.totalMs : this.#heardMs(), ...outcome });
  }

  /** What was played is on its way to the ear for a while. */
  #heardMs(): number {
    return Math.max(0, this.#toMs(this.#played) - this.#options.port.output.latencyMs);
  }

  #toMs(samples: number): number {
    return (samples * 1000) / this.#sampleRate;
  }

  /** An output that counts in anything but numbers has played nothing that is known of. */
  #toSamples(ms: number): number {
    if (!Number.isFinite(ms)) return 0;
    return Math.round((ms * this.#sampleRate) / 1000);
  }
}

/** Has an output that failed drop what it has; one that cannot is told that no more comes, so that what is next is not waited behind it. */
function silence(output: AudioOutput, { id, clearedMs }: OpenSegment): void {
  try {
    if (clearedMs === undefined) return output.clear();
  } catch {
    // One failure is reported: the first.
  }
  try {
    output.end(id);
  } catch {
    // As above.
  }
}
