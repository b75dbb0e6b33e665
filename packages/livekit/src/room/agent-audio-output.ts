import { createPacedAudioOutput } from '@parley/core';
import type { AudioFrame, AudioOutput, Clock, Logger, PlayoutEvent } from '@parley/core/provider';
import type { JoinedRoom } from '../joined-room.js';
import { AgentTrack } from './agent-track.js';
import { SegmentOrder } from './segment-order.js';
import { TrackFeed } from './track-feed.js';

/** Audio ahead of the listener: what a stalled event loop may hold up without a break. */
const bufferMs = 200;
/** More than is ever written ahead, so that the library takes each frame at once and the only position that counts is ours. */
const queueMs = 1000;
/** From given to the library to out of the listener's decoder, on one machine: 60 to 84 ms measured, and 58 to 88 to silence. */
const mediaMs = 60;
/** One way to the listener and what their loudspeaker adds; nobody tells us, so it is a guess. */
const usualNetworkMs = 40;
const usualOutputRate = 24_000;

/** For the first listener: the others' `TrackSubscribed` comes 60 to 130 ms after publishing. Below the session's own deadline for playout. */
const listenerMs = 3000;

export interface AgentAudioOutputOptions {
  readonly joined: JoinedRoom;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sampleRate?: number | undefined;
  readonly networkLatencyMs?: number | undefined;
  readonly trackName: string;
}

/**
 * The agent's voice in the room, on a track that is published at once. Played to the sample by the clock; the library is fed 200 ms ahead,
 * and what it holds is dropped when the output is cleared. What is written before the first listener is there waits for them, up to three
 * seconds, so that nobody misses how a greeting begins.
 */
export class AgentAudioOutput implements AudioOutput {
  readonly sampleRate: number;
  readonly channels = 1;
  readonly latencyMs: number;
  readonly #track: AgentTrack;
  readonly #feed: TrackFeed;
  readonly #order: SegmentOrder;
  readonly #paced: AudioOutput;
  /** What was asked for while there was no listener yet. */
  #held: (() => void)[] | undefined = [];
  readonly #opened: Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(options: AgentAudioOutputOptions) {
    const { joined, clock, logger, sampleRate = usualOutputRate, networkLatencyMs = usualNetworkMs, trackName } = options;
    this.sampleRate = sampleRate;
    this.latencyMs = mediaMs + networkLatencyMs;
    const { channels, latencyMs } = this;
    this.#paced = createPacedAudioOutput({ clock, sampleRate, channels, latencyMs, bufferMs });
    const source = joined.rtc.TrackSource.SOURCE_MICROPHONE;
    const track = { joined, clock, logger, name: trackName, source, sampleRate, channels, queueMs, listenerTimeoutMs: listenerMs };
    this.#track = new AgentTrack(track);
    this.#feed = new TrackFeed(joined.rtc, this.#track.source, logger);
    this.#order = new SegmentOrder((frame) => this.#feed.push(frame));
    this.#opened = this.#track.heard.then(() => this.#open());
  }

  get events(): AsyncIterable<PlayoutEvent> {
    return this.#paced.events;
  }

  /** Of what is published; for transcripts. */
  get trackSid(): string | undefined {
    return this.#track.sid;
  }

  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    if (this.#closing !== undefined) return undefined;
    if (this.#held === undefined) return this.#play(segmentId, frame);
    this.#held.push(() => void this.#play(segmentId, frame));
    return this.#opened;
  }

  end(segmentId: string): void {
    if (this.#held !== undefined) return void this.#held.push(() => this.end(segmentId));
    this.#paced.end(segmentId);
    this.#order.end(segmentId);
  }

  clear(): void {
    const held = this.#held;
    if (held === undefined) return this.#clear();
    // Nobody has heard any of it; it is told as begun and cleared at one moment.
    this.#held = undefined;
    for (const ask of held) ask();
    this.#clear();
    this.#held = [];
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Before the frame is given to the library: a frame of another format throws here, and is not heard. */
  #play(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    const room = this.#paced.write(segmentId, frame);
    this.#order.write(segmentId, frame);
    return room;
  }

  #clear(): void {
    this.#order.clear();
    this.#feed.clear();
    this.#paced.clear();
  }

  #open(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const ask of held) ask();
  }

  async #close(): Promise<void> {
    this.clear();
    await this.#paced[Symbol.asyncDispose]();
    await this.#track.close();
  }
}
