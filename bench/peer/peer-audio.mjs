// Input and output of one call of @livekit/agents without a room, as its `voice.AudioInput` and `voice.AudioOutput` ask.
import { ReadableStream } from 'node:stream/web';
import { voice } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';

/** An input that the load driver pushes into. */
export class PushedInput extends voice.AudioInput {
  #controller;

  constructor() {
    super();
    const source = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
    });
    this.multiStream.addInputStream(source);
  }

  /** @param {{ readonly samples: Int16Array, readonly sampleRate: number, readonly channels: number }} frame */
  push({ samples, sampleRate, channels }) {
    this.#controller.enqueue(new AudioFrame(samples, sampleRate, channels, samples.length / channels));
  }

  async close() {
    this.#controller.close();
    await super.close();
  }
}

/**
 * An output for both kinds. `instant` has played a segment when it is flushed; `paced` has when its audio would have been heard, and keeps its
 * frames until then, as ours does. It has no timer for each frame: that costs the peer less than its own room output does.
 */
export class BenchOutput extends voice.AudioOutput {
  #kind;
  #onFirstWrite;
  #onClear;
  #frames = [];
  #segmentMs = 0;
  #startedMs;
  #timer;

  /** @param {{ readonly kind: 'instant' | 'paced', readonly onFirstWrite: () => void, readonly onClear: () => void }} options */
  constructor({ kind, onFirstWrite, onClear }) {
    super(24_000, undefined, { pause: false });
    this.#kind = kind;
    this.#onFirstWrite = onFirstWrite;
    this.#onClear = onClear;
  }

  async captureFrame(frame) {
    const isFirst = this.#startedMs === undefined;
    if (isFirst) {
      this.#onFirstWrite();
      this.#startedMs = performance.now();
    }
    await super.captureFrame(frame);
    this.#segmentMs += (frame.samplesPerChannel / frame.sampleRate) * 1000;
    if (this.#kind === 'paced') this.#frames.push(frame);
    if (isFirst) this.onPlaybackStarted(Date.now());
  }

  flush() {
    super.flush();
    if (this.#startedMs === undefined || this.#timer !== undefined) return;
    if (this.#kind === 'instant') this.#finish(this.#segmentMs, false);
    else this.#timer = setTimeout(() => this.#finish(this.#segmentMs, false), this.#startedMs + this.#segmentMs - performance.now());
  }

  clearBuffer() {
    this.#onClear();
    if (this.#startedMs === undefined) return;
    this.#finish(Math.min(this.#segmentMs, performance.now() - this.#startedMs), true);
  }

  #finish(playedMs, interrupted) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#startedMs = undefined;
    this.#segmentMs = 0;
    this.#frames = [];
    this.onPlaybackFinished({ playbackPosition: playedMs / 1000, interrupted });
  }
}
