import type { VideoSampler } from '../agent/video-sampler.js';
import type { ErrorSource } from '../observe/agent-event.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { Clock } from '../provider/clock.js';
import type { ContentPart } from '../provider/content-part.js';
import type { VideoInput } from '../provider/video-input.js';
import type { SessionCore } from './session-core.js';
import type { ResolvedOptions } from './session-options.js';

type Frame = Extract<ContentPart, { readonly type: 'image' }>;

/** Messages of the user whose frames are kept, and shown to the model, newest first: older ones lose theirs. */
const mostFrames = 3;
/** What vendors take as one image, at least. Larger ones are not kept. */
const mostBytes = 5_000_000;
/** For the input to give a frame. */
const captureMs = 5000;
/** Whatever a sampler says, no more than 25 frames a second. */
const leastMs = 40;

export interface VideoRunnerOptions {
  readonly clock: Clock;
  readonly core: SessionCore;
  readonly resolved: () => ResolvedOptions;
  readonly report: (source: ErrorSource, error: unknown, recoverable: boolean) => void;
}

/**
 * Looks at the caller now and then, and shows the model what was seen when they spoke: the newest frame goes with the user's message, into
 * the requests made of it and not into the history. Only models that can see are shown anything, and only for them is anything captured.
 */
export class VideoRunner {
  readonly #options: VideoRunnerOptions;
  readonly #frames = new Map<string, Frame>();
  readonly #onState = () => this.#schedule();
  #input: VideoInput | undefined;
  #latest: Frame | undefined;
  #capturedMs = -Infinity;
  /** Of the input: it is asked for one frame at a time. */
  #pending: object | undefined;
  #hasFailed = false;
  #cancel = () => {};

  constructor(options: VideoRunnerOptions) {
    this.#options = options;
  }

  /** Looks at this from now on, or at nothing. */
  watch(input: VideoInput | undefined): void {
    const { emitter } = this.#options.core;
    this.#cancel();
    emitter.off('user-state-changed', this.#onState);
    this.#input = input;
    this.#latest = undefined;
    this.#pending = undefined;
    this.#hasFailed = false;
    this.#capturedMs = -Infinity;
    if (input === undefined) return;
    emitter.on('user-state-changed', this.#onState);
    this.#schedule();
  }

  /** What is seen now belongs to this message of the user. */
  attach(messageId: string): void {
    if (this.#latest === undefined || !this.#canSee) return;
    this.#frames.set(messageId, this.#latest);
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= mostFrames) break;
      this.#frames.delete(oldest);
    }
  }

  /** The message is not made after all. */
  forget(messageId: string): void {
    this.#frames.delete(messageId);
  }

  /** What a model is given: with the frames of the messages that still have theirs, if it can see. */
  shown(chat: readonly ChatItem[]): readonly ChatItem[] {
    if (this.#frames.size === 0 || !this.#canSee) return chat;
    return chat.map((item) => {
      const frame = item.type === 'message' ? this.#frames.get(item.id) : undefined;
      return frame === undefined || item.type !== 'message' ? item : { ...item, content: [...item.content, frame] };
    });
  }

  get #canSee(): boolean {
    return this.#options.resolved().llm?.capabilities.images === true;
  }

  #schedule(): void {
    if (this.#pending !== undefined) return;
    this.#cancel();
    const input = this.#input;
    const { clock, resolved } = this.#options;
    const { videoSampler } = resolved();
    if (input === undefined || videoSampler === null) return;
    const waitMs = this.#waitMs(videoSampler);
    if (waitMs === Infinity) return;
    this.#cancel = clock.after(Math.max(0, this.#capturedMs + waitMs - clock.now()), () => this.#capture(input));
  }

  /** A sampler that fails, or gives no number, is reported, and not asked again before the user speaks or stops. */
  #waitMs(sampler: VideoSampler): number {
    const { core, report } = this.#options;
    try {
      const waitMs = sampler({ userState: core.state.user, agentState: core.state.agent });
      if (waitMs >= 0) return Math.max(leastMs, waitMs);
      throw new TypeError(`option "videoSampler" gave ${String(waitMs)}; it must give milliseconds, from 0 on`);
    } catch (error) {
      report('hook', error, true);
      return Infinity;
    }
  }

  #capture(input: VideoInput): void {
    const { clock } = this.#options;
    this.#capturedMs = clock.now();
    // A model that sees may take over: it is looked for again.
    if (!this.#canSee) return this.#schedule();
    const pending = {};
    this.#pending = pending;
    // One that does not answer is not asked again before it does.
    this.#cancel = clock.after(captureMs, () => this.#fail(new Error(`the video input gave no frame within ${captureMs} ms`)));
    const settle = (take: () => void) => {
      if (this.#pending !== pending) return;
      this.#pending = undefined;
      take();
      this.#schedule();
    };
    (async () => input.capture())().then(
      (frame) => settle(() => this.#take(frame)),
      (error: unknown) => settle(() => this.#fail(error)),
    );
  }

  #take(frame: { readonly data: Uint8Array; readonly mediaType: string } | undefined): void {
    const sizeBytes = frame?.data.byteLength ?? 0;
    if (sizeBytes > mostBytes) return this.#fail(new RangeError(`a video frame has at most ${mostBytes} bytes, not ${sizeBytes}`));
    this.#hasFailed = false;
    this.#latest = frame === undefined ? undefined : { type: 'image', data: frame.data, mediaType: frame.mediaType };
  }

  /** The first of several in a row is told. */
  #fail(error: unknown): void {
    this.#latest = undefined;
    if (!this.#hasFailed) this.#options.report('session', error, true);
    this.#hasFailed = true;
  }
}
