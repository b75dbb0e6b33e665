import { APIConnectionError, type AudioFrame, type AudioOutput, type Clock, type PlayoutEvent } from '@parley/core/provider';
import { createDeferred, type Deferred } from '@parley/core/provider-kit';
import type { AudioOutputEnds } from '../../ends/audio-output-ends.js';
import { PlayoutReports } from './playout-reports.js';

const sampleRate = 16_000;
/** The loudspeaker asks for audio so often: what it took has been played when it asks again. */
const stepMs = 10;
const progressMs = 60;
/** Audio that may wait before a writer is asked for patience. */
const bufferMs = 200;

interface Segment {
  readonly id: string;
  readonly frames: Int16Array[];
  queued: number;
  played: number;
  isStarted: boolean;
  isEnded: boolean;
}

/** A loudspeaker that plays in the clock's time, in steps of 10 ms, to a listener who remembers all. */
export function createReferenceAudioOutput({ clock }: { readonly clock: Clock }): AudioOutputEnds {
  const heard: Int16Array[] = [];
  const port = new SteppedOutput(clock, (samples) => heard.push(samples));
  return {
    port,
    pace: 'clock',
    heard: () => Int16Array.from(heard.flatMap((samples) => [...samples])),
    fail: () => port.fail(),
    [Symbol.asyncDispose]: () => port[Symbol.asyncDispose](),
  };
}

class SteppedOutput implements AudioOutput {
  readonly sampleRate = sampleRate;
  readonly channels = 1;
  readonly latencyMs = 0;
  readonly #clock: Clock;
  readonly #hear: (samples: Int16Array) => void;
  readonly #reports = new PlayoutReports();
  /** In order of playing. */
  readonly #segments: Segment[] = [];
  /** Over; the last thousand. */
  readonly #over = new Set<string>();
  #room: Deferred<void> | undefined;
  #cancelStep: (() => void) | undefined;
  #lastProgressMs = 0;
  #isClosed = false;

  constructor(clock: Clock, hear: (samples: Int16Array) => void) {
    this.#clock = clock;
    this.#hear = hear;
  }

  get events(): AsyncIterable<PlayoutEvent> {
    return this.#reports.stream;
  }

  write(segmentId: string, { samples, sampleRate: rate, channels }: AudioFrame): Promise<void> | undefined {
    if (rate !== sampleRate || channels !== 1)
      throw new RangeError(
        `a frame of ${rate} Hz with ${channels} channel(s) was written to an output of ${sampleRate} Hz, mono: convert it`,
      );
    const segment = this.#segmentOf(segmentId);
    if (segment === undefined || segment.isEnded) return undefined;
    segment.frames.push(samples);
    segment.queued += samples.length;
    this.#goOn();
    if (this.#waitingMs <= bufferMs) return this.#reports.full;
    this.#room ??= createDeferred<void>();
    return this.#room.promise;
  }

  end(segmentId: string): void {
    const segment = this.#segmentOf(segmentId);
    if (segment === undefined) return;
    segment.isEnded = true;
    this.#finishEnded();
  }

  clear(): void {
    this.#cancelStep?.();
    this.#cancelStep = undefined;
    for (const segment of this.#segments.splice(0)) this.#report(segment, false);
    this.#openRoom();
  }

  fail(): void {
    this.#stop();
    this.#reports.fail(new APIConnectionError('the loudspeaker broke', { provider: 'reference' }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.clear();
    this.#isClosed = true;
    this.#reports.end();
  }

  #segmentOf(id: string): Segment | undefined {
    if (this.#isClosed || this.#over.has(id)) return undefined;
    const present = this.#segments.find((segment) => segment.id === id);
    if (present !== undefined) return present;
    const opened: Segment = { id, frames: [], queued: 0, played: 0, isStarted: false, isEnded: false };
    this.#segments.push(opened);
    return opened;
  }

  get #waitingMs(): number {
    return (this.#segments.reduce((sum, { queued }) => sum + queued, 0) * 1000) / sampleRate;
  }

  /** Plays on, if there is anything to play and it does not already. */
  #goOn(): void {
    const [head] = this.#segments;
    if (this.#cancelStep !== undefined || head === undefined || head.queued === 0) return;
    if (!head.isStarted) {
      head.isStarted = true;
      this.#lastProgressMs = this.#clock.now();
      this.#reports.push({ type: 'started', segmentId: head.id });
    }
    const count = Math.min(head.queued, (stepMs * sampleRate) / 1000);
    this.#cancelStep = this.#clock.after((count * 1000) / sampleRate, () => this.#played(head, count));
  }

  #played(head: Segment, count: number): void {
    this.#cancelStep = undefined;
    this.#hear(take(head.frames, count));
    head.queued -= count;
    head.played += count;
    if (this.#waitingMs <= bufferMs) this.#openRoom();
    if (this.#clock.now() - this.#lastProgressMs >= progressMs || head.queued === 0) {
      this.#lastProgressMs = this.#clock.now();
      this.#reports.push({ type: 'progress', segmentId: head.id, playedMs: playedMs(head) });
    }
    this.#finishEnded();
    this.#goOn();
  }

  /** Those that have nothing left to play and get nothing more. */
  #finishEnded(): void {
    for (
      let [head] = this.#segments;
      head?.isEnded === true && head.queued === 0 && this.#cancelStep === undefined;
      [head] = this.#segments
    ) {
      this.#segments.shift();
      this.#report(head, true);
    }
    this.#goOn();
  }

  #report(segment: Segment, complete: boolean): void {
    this.#over.add(segment.id);
    for (const oldest of this.#over) {
      if (this.#over.size <= 1000) break;
      this.#over.delete(oldest);
    }
    this.#reports.push({ type: 'finished', segmentId: segment.id, playedMs: playedMs(segment), complete });
  }

  #openRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #stop(): void {
    this.#isClosed = true;
    this.#cancelStep?.();
    this.#segments.length = 0;
    this.#openRoom();
  }
}

const playedMs = ({ played }: Segment): number => (played * 1000) / sampleRate;

/** So many samples from the front. */
function take(frames: Int16Array[], count: number): Int16Array {
  const taken = new Int16Array(count);
  for (let filled = 0; filled < count;) {
    const [frame] = frames;
    if (frame === undefined) break;
    const part = frame.subarray(0, count - filled);
    taken.set(part, filled);
    filled += part.length;
    if (part.length === frame.length) frames.shift();
    else frames[0] = frame.subarray(part.length);
  }
  return taken;
}
