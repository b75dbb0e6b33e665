import type { Clock, Logger } from '@parley/core/provider';
import { type DecodedAudio, decodeEarlyAudio } from '../early-audio/decode-early-audio.js';
import type { EarlyAudio, EarlyRecording } from '../early-audio/early-audio.js';

/** For a recording to be announced, from when its sender was first heard: clients send it when they see the agent. */
const announcedMs = 500;
/** For all of it to arrive: as LiveKit's own agents wait. */
const arrivedMs = 3000;

/**
 * The recording is passed on five times as fast as it was spoken: what listens to a call keeps up with that, but lets the oldest go of what it is
 * given all at once.
 */
const pieceMs = 100;
const pieceEveryMs = 20;

/** What was heard live meanwhile. */
export interface HeldFrame {
  readonly samples: Int16Array;
  /** Of the clock, when it came. */
  readonly atMs: number;
}

export interface EarlyWaitOptions {
  readonly early: EarlyAudio;
  /** Whose recording. */
  readonly identity: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called for each piece of the recording, if one came in time. */
  readonly onRecorded: (piece: DecodedAudio) => void;
  /** Called once, unless it was closed before: with what is to follow. */
  readonly onReady: (held: readonly HeldFrame[]) => void;
}

/** Holds back what is heard of a caller until what they recorded before the agent was there can go before it, if they did. */
export class EarlyWait {
  readonly #options: EarlyWaitOptions;
  readonly #held: HeldFrame[] = [];
  readonly #startMs: number;
  #recording: EarlyRecording | undefined;
  #unlisten = () => {};
  #cancel = () => {};
  #isOver = false;

  constructor(options: EarlyWaitOptions) {
    this.#options = options;
    this.#startMs = options.clock.now();
    this.#cancel = options.clock.after(announcedMs, () => this.#end(undefined));
    this.#unlisten = options.early.onRecording(() => this.#take());
    this.#take();
  }

  hold(frame: HeldFrame): void {
    this.#held.push(frame);
  }

  /** It is of no use any more, and what was held neither. */
  close(): void {
    this.#isOver = true;
    this.#unlisten();
    this.#cancel();
  }

  #take(): void {
    const { early, identity, clock, logger } = this.#options;
    if (this.#recording !== undefined) return;
    const recording = early.take(identity);
    if (recording === undefined) return;
    this.#recording = recording;
    this.#cancel();
    this.#cancel = clock.after(this.#startMs + arrivedMs - clock.now(), () => {
      logger.log('warn', `what the caller said before the agent was there did not arrive within ${arrivedMs} ms`);
      this.#end(undefined);
    });
    void this.#read(recording).then((recorded) => this.#end(recorded));
  }

  async #read(recording: EarlyRecording): Promise<DecodedAudio | undefined> {
    const { logger } = this.#options;
    try {
      const bytes = await recording.bytes;
      if (bytes === undefined) logger.log('warn', 'what the caller said before the agent was there broke off, or was too long');
      return bytes === undefined ? undefined : await decodeEarlyAudio(bytes, recording);
    } catch (error) {
      logger.log('warn', 'what the caller said before the agent was there cannot be read', { error: String(error) });
      return undefined;
    }
  }

  #end(recorded: DecodedAudio | undefined): void {
    if (this.#isOver) return;
    if (recorded === undefined) return this.#finish();
    this.#unlisten();
    this.#cancel();
    this.#pass(recorded, 0);
  }

  #pass({ samples, sampleRate }: DecodedAudio, from: number): void {
    const { clock, onRecorded } = this.#options;
    if (from >= samples.length) return this.#finish();
    const to = from + (pieceMs * sampleRate) / 1000;
    onRecorded({ samples: samples.slice(from, to), sampleRate });
    this.#cancel = clock.after(pieceEveryMs, () => this.#pass({ samples, sampleRate }, to));
  }

  #finish(): void {
    this.close();
    this.#options.onReady(this.#held);
  }
}
