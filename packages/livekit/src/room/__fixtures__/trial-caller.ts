import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  type LocalTrackPublication,
  LocalVideoTrack,
  type RemoteTrack,
  RemoteAudioTrack,
  type Room,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
} from '@livekit/rtc-node';
import { realClock } from '@parley/core/provider-kit';

const sampleRate = 48_000;
const frameMs = 10;
/** Loudness, root mean square, from which on something is heard. A tone of 8,000 has 5,657. */
const loud = 500;

/** 10 ms as the caller heard them, and when. */
export interface HeardFrame {
  readonly atMs: number;
  readonly isLoud: boolean;
  /** Its name. */
  readonly track: string;
}

/** A transcript as the caller received it. */
export interface ReceivedText {
  readonly from: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export function tone(lengthMs: number, rate: number): Int16Array {
  return Int16Array.from({ length: (lengthMs * rate) / 1000 }, (_, index) => Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / rate)));
}

/** A caller with a microphone and ears. */
export class TrialCaller implements AsyncDisposable {
  readonly room: Room;
  readonly heard: HeardFrame[] = [];
  readonly transcripts: ReceivedText[] = [];
  publication: LocalTrackPublication | undefined;
  #source: AudioSource | undefined;
  readonly #cancelShows = new Map<string, () => void>();
  readonly #readers = new Set<{ cancel(): Promise<void> }>();

  constructor(room: Room) {
    this.room = room;
    // A track may be gone again before it is told.
    room.on('trackSubscribed', (track) => void this.#hear(track).catch(() => {}));
    room.registerTextStreamHandler('lk.transcription', (reader, { identity }) => {
      // A room that ends breaks off what was on its way.
      void reader.readAll().then((text) => this.transcripts.push({ from: identity, text, attributes: reader.info.attributes ?? {} }), () => {});
    });
  }

  async publish(): Promise<void> {
    this.#source = new AudioSource(sampleRate, 1);
    const track = LocalAudioTrack.createAudioTrack('microphone', this.#source);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    this.publication = await this.room.localParticipant?.publishTrack(track, options);
  }

  /** A tone; settles once it has been taken, which for up to a second is at once. */
  async speak(lengthMs: number): Promise<void> {
    const samples = tone(lengthMs, sampleRate);
    const length = (frameMs * sampleRate) / 1000;
    for (let from = 0; from < samples.length; from += length)
      await this.#source?.captureFrame(new AudioFrame(samples.slice(from, from + length), sampleRate, 1, length));
  }

  /** When something was first heard after this moment. */
  firstSound(afterMs: number): number | undefined {
    return this.heard.find(({ atMs, isLoud }) => isLoud && atMs >= afterMs)?.atMs;
  }

  /** When something was last heard, if nothing was for 200 ms after it. */
  silence(): number | undefined {
    const last = this.heard.findLast(({ isLoud }) => isLoud);
    return last !== undefined && realClock.now() - last.atMs > 200 ? last.atMs : undefined;
  }

  /** What LiveKit's clients recorded before the agent was there, as those send it that record PCM. */
  async sendEarlyAudio(samples: Int16Array, rate: number): Promise<void> {
    const stream = await this.room.localParticipant?.streamBytes({
      topic: 'lk.agent.pre-connect-audio-buffer',
      name: 'preconnect-buffer',
      attributes: { trackId: this.publication?.sid ?? '', sampleRate: String(rate), channels: '1' },
    });
    await stream?.write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    await stream?.close();
  }

  /** A camera or a screen that shows one colour, ten times a second, until the caller leaves. */
  async show(kind: 'camera' | 'screen', colour: readonly [red: number, green: number, blue: number]): Promise<void> {
    const [width, height] = [320, 180];
    const source = new VideoSource(width, height);
    const track = LocalVideoTrack.createVideoTrack(kind, source);
    const options = new TrackPublishOptions({
      source: kind === 'camera' ? TrackSource.SOURCE_CAMERA : TrackSource.SOURCE_SCREENSHARE,
    });
    await this.room.localParticipant?.publishTrack(track, options);
    const pixels = Uint8Array.from({ length: width * height * 4 }, (_, index) => [...colour, 255][index % 4] ?? 0);
    const showOn = () => {
      source.captureFrame(new VideoFrame(pixels, width, height, VideoBufferType.RGBA));
      this.#cancelShows.set(kind, realClock.after(100, showOn));
    };
    showOn();
  }

  async leave(): Promise<void> {
    await this.room.disconnect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cancel of this.#cancelShows.values()) cancel();
    for (const reader of this.#readers) await reader.cancel();
    await this.room.disconnect();
    await this.#source?.close();
    this.room.removeAllListeners();
  }

  async #hear(track: RemoteTrack): Promise<void> {
    if (!(track instanceof RemoteAudioTrack)) return;
    const reader = new AudioStream(track, { sampleRate, numChannels: 1, frameSizeMs: frameMs }).getReader();
    this.#readers.add(reader);
    for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
      const { data } = next.value;
      let sum = 0;
      for (const sample of data) sum += sample * sample;
      this.heard.push({ atMs: realClock.now(), isLoud: Math.sqrt(sum / data.length) > loud, track: track.name ?? '' });
    }
    this.#readers.delete(reader);
  }
}
