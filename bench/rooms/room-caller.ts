import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  type RemoteTrack,
  RemoteAudioTrack,
  Room,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { isLoud } from '../fakes/caller-frame.js';
import type { BenchRooms } from './bench-rooms.js';

const sampleRate = 48_000;
const frameMs = 20;
const frameLength = (sampleRate * frameMs) / 1000;
/** Of audio given ahead, so that a busy process leaves no gaps. */
const aheadMs = 60;
const tonePeriods = 10;

/** A tone whose frames fit together: 500 hertz. */
const voice = Int16Array.from({ length: frameLength }, (_, index) =>
  Math.round(8000 * Math.sin((2 * Math.PI * tonePeriods * index) / frameLength)),
);
const silence = new Int16Array(frameLength);

/** A stretch of what was heard: whether the agent's voice was in it, and when it was given out. */
export interface Heard {
  readonly atMs: number;
  readonly isLoud: boolean;
}

export interface RoomCallerOptions {
  /** How long the stretches are that it hears; 10. Longer ones cost less, and are told in stretches of 10 all the same. */
  readonly hearingMs?: number;
}

/** Somebody in a room with a microphone that is always on, and ears. Times are by `performance.now()`. */
export class RoomCaller implements AsyncDisposable {
  readonly heard: Heard[] = [];
  readonly #room = new Room();
  readonly #source = new AudioSource(sampleRate, 1, aheadMs);
  readonly #hearingMs: number;
  readonly #readers = new Set<{ cancel(): Promise<void> }>();
  #voicedFrames = 0;
  #onVoice: ((atMs: number) => void) | undefined;
  #onSilence: ((atMs: number) => void) | undefined;
  #isOver = false;

  private constructor({ hearingMs = 10 }: RoomCallerOptions) {
    this.#hearingMs = hearingMs;
    this.#room.on('trackSubscribed', (track) => void this.#hear(track).catch(() => {}));
  }

  static async join(rooms: BenchRooms, room: string, options: RoomCallerOptions = {}): Promise<RoomCaller> {
    const caller = new RoomCaller(options);
    await caller.#room.connect(rooms.url, await rooms.callerToken(room), { autoSubscribe: true, dynacast: false });
    const track = LocalAudioTrack.createAudioTrack('microphone', caller.#source);
    const published = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await caller.#room.localParticipant?.publishTrack(track, published);
    void caller.#speakAlways().catch(() => {});
    return caller;
  }

  /** @returns When the first of the voice leaves, and when the last has. */
  async speak(lengthMs: number): Promise<{ readonly fromMs: number; readonly toMs: number }> {
    this.#voicedFrames = Math.round(lengthMs / frameMs);
    const from = new Promise<number>((resolve) => {
      this.#onVoice = resolve;
    });
    const to = new Promise<number>((resolve) => {
      this.#onSilence = resolve;
    });
    return { fromMs: await from, toMs: await to };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const reader of this.#readers) await reader.cancel();
    await this.#room.disconnect();
    await this.#source.close();
    this.#room.removeAllListeners();
  }

  /** The source takes as much as it plays: that is the pace. */
  async #speakAlways(): Promise<void> {
    let wasVoiced = false;
    while (!this.#isOver) {
      const isVoiced = this.#voicedFrames > 0;
      if (isVoiced) this.#voicedFrames -= 1;
      const playsMs = performance.now() + this.#source.queuedDuration;
      if (isVoiced && !wasVoiced) this.#onVoice?.(playsMs);
      if (!isVoiced && wasVoiced) this.#onSilence?.(playsMs);
      wasVoiced = isVoiced;
      await this.#source.captureFrame(new AudioFrame(isVoiced ? voice : silence, sampleRate, 1, frameLength));
    }
  }

  async #hear(track: RemoteTrack): Promise<void> {
    if (!(track instanceof RemoteAudioTrack)) return;
    const reader = new AudioStream(track, { sampleRate, numChannels: 1, frameSizeMs: this.#hearingMs }).getReader();
    this.#readers.add(reader);
    const length = sampleRate / 100;
    for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
      const { data } = next.value;
      const atMs = performance.now();
      for (let from = 0; from < data.length; from += length)
        this.heard.push({ atMs, isLoud: isLoud({ samples: data.subarray(from, from + length) }) });
    }
    this.#readers.delete(reader);
  }
}
