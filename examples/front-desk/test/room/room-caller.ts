import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  type RemoteTrack,
  RemoteAudioTrack,
  Room,
  RoomEvent,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { realClock } from '@parley/core';
import { callerSampleRate, type SpokenLine } from './caller-lines.js';
import { until } from './until.js';

const frameMs = 20;

/** Somebody in a room who plays recordings and records what they hear. */
export class RoomCaller implements AsyncDisposable {
  readonly #room = new Room();
  readonly #source = new AudioSource(callerSampleRate, 1);
  readonly #heard: Int16Array[] = [];
  /** What was spoken by either side, as it was shown once it was final. */
  readonly read: string[] = [];
  /** When the first sample of it was heard, in milliseconds since the epoch. */
  heardFrom = 0;
  #reader: { cancel(): Promise<void> } | undefined;

  /** In the room, with a microphone that is silent. */
  static async join(url: string, token: string): Promise<RoomCaller> {
    const caller = new RoomCaller();
    await caller.#room.connect(url, token, { autoSubscribe: true, dynacast: false });
    const track = LocalAudioTrack.createAudioTrack('microphone', caller.#source);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await caller.#room.localParticipant?.publishTrack(track, options);
    return caller;
  }

  private constructor() {
    this.#room.on(RoomEvent.TrackSubscribed, (track) => void this.#listen(track));
    this.#room.registerTextStreamHandler('lk.transcription', (reader) => {
      const isFinal = reader.info.attributes?.['lk.transcription_final'] === 'true';
      // A room that ends breaks off what was on its way.
      void reader.readAll().then(
        (text) => isFinal && this.read.push(text),
        () => {},
      );
    });
  }

  /** 16 kHz mono, all of it from `heardFrom` on, pauses included. */
  get heard(): Int16Array {
    const all = new Int16Array(this.#heard.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#heard) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** Says a line; settles with its last sound. */
  async say({ samples }: SpokenLine): Promise<void> {
    const length = (frameMs * callerSampleRate) / 1000;
    for (let from = 0; from < samples.length; from += length) {
      const part = samples.slice(from, from + length);
      await this.#source.captureFrame(new AudioFrame(part, callerSampleRate, 1, part.length));
    }
    await this.#source.waitForPlayout();
  }

  /** Settles when the agent says of itself that it does this: at once, if it is so. */
  agentIs(state: 'listening' | 'thinking' | 'speaking'): Promise<void> {
    const others = this.#room.remoteParticipants;
    return until(`the agent is ${state}`, () => [...others.values()].some(({ attributes }) => attributes['lk.agent.state'] === state));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.cancel();
    await this.#room.disconnect();
    await this.#source.close();
    this.#room.removeAllListeners();
  }

  async #listen(track: RemoteTrack): Promise<void> {
    if (!(track instanceof RemoteAudioTrack)) return;
    const reader = new AudioStream(track, { sampleRate: callerSampleRate, numChannels: 1, frameSizeMs: frameMs }).getReader();
    this.#reader = reader;
    for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
      if (this.heardFrom === 0) this.heardFrom = realClock.date().getTime() - frameMs;
      this.#heard.push(next.value.data);
    }
  }
}
