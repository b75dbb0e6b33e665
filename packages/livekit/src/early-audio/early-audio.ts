import type { ByteStreamReader, Room } from '@livekit/rtc-node';
import { readBytes } from '../read-bytes.js';

/** Where LiveKit's clients send what they recorded before the agent was there: `livekit-client`, `PreConnectBuffer`. */
const topic = 'lk.agent.pre-connect-audio-buffer';
/** Clients stop after ten seconds: as much as that takes as PCM, at 48,000 hertz in stereo. */
const mostBytes = 2_000_000;
/** Of participants who were not listened to. */
const mostRecordings = 4;

/** What somebody recorded before the agent was there, as their client sent it. */
export interface EarlyRecording {
  /** Identity of who sent it. */
  readonly from: string;
  /** What the client says of it, for PCM. */
  readonly sampleRate: number;
  readonly channels: number;
  /** All of it; nothing if it broke off or is too long. Never rejects. */
  readonly bytes: Promise<Uint8Array | undefined>;
}

/**
 * Takes what clients recorded before the agent was there. It has to listen before the room is joined: they send as soon as they see the
 * agent, and what nobody takes is lost.
 */
export class EarlyAudio {
  readonly #recordings: EarlyRecording[] = [];
  readonly #listeners = new Set<(from: string) => void>();

  /** @param room Not joined yet. */
  constructor(room: Room) {
    room.registerByteStreamHandler(topic, (reader, { identity }) => this.#receive(reader, identity));
  }

  /** What this one sent, once; it may still be on its way. */
  take(identity: string): EarlyRecording | undefined {
    const index = this.#recordings.findIndex(({ from }) => from === identity);
    return index === -1 ? undefined : this.#recordings.splice(index, 1)[0];
  }

  /** Called when somebody begins to send, with their identity; returns the way to stop. */
  onRecording(listener: (from: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #receive(reader: ByteStreamReader, from: string): void {
    const { sampleRate, channels } = reader.info.attributes ?? {};
    // The sender may go, or the connection be made anew.
    const bytes = readBytes(reader, mostBytes).catch(() => undefined);
    this.#recordings.push({ from, sampleRate: Number(sampleRate), channels: Number(channels), bytes });
    if (this.#recordings.length > mostRecordings) this.#recordings.shift();
    for (const listener of this.#listeners) listener(from);
  }
}
