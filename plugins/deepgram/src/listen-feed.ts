import type { APIError, STTEvent, STTInput, STTRequest } from '@parley/core/provider';
import { KeepAlive, pcmBytes, SentAudio, type Socket } from '@parley/core/provider-kit';
import { closedError, timeoutError, unsupported } from './deepgram-error.js';
import type { ListenDialect } from './listen-dialect.js';

/** From the end of the audio until the vendor has said its last. */
const finishMs = 5000;

/** Done, or closed without a code. */
const orderlyCodes = new Set([1000, 1005]);

export interface ListenFeedOptions {
  readonly request: STTRequest;
  readonly dialect: ListenDialect;
}

/** What goes out: the audio of the request, and what stands in for it where none comes. Stops when it is disposed of. */
export class ListenFeed implements Disposable {
  readonly audio: SentAudio;
  readonly #socket: Socket;
  readonly #options: ListenFeedOptions;
  readonly #pauses: KeepAlive;
  #usageMs = 0;
  #isOver = false;
  #isEnded = false;
  #isComplete = false;
  #failure: { readonly error: unknown } | undefined;
  #cancelDeadline = () => {};

  constructor(socket: Socket, options: ListenFeedOptions) {
    const { request, dialect } = options;
    this.#socket = socket;
    this.#options = options;
    this.audio = new SentAudio(request.sampleRate);
    const { afterMs, fill } = dialect.pause;
    this.#pauses = new KeepAlive({ clock: request.clock, intervalMs: afterMs, send: () => socket.send(fill(this.audio)) });
    void this.#run();
  }

  /** All audio was sent, and the vendor was told that it was all. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Sent since this was asked last; what the vendor bills. */
  *usage(): Generator<STTEvent, void, void> {
    const audioMs = Math.round(this.audio.sentMs - this.#usageMs);
    if (audioMs <= 0) return;
    this.#usageMs += audioMs;
    yield { type: 'usage', usage: { audioMs } };
  }

  /** The vendor has said its last; that it closes need not be waited for. */
  complete(): void {
    this.#isComplete = true;
  }

  /** Nothing is missing: the vendor said so, or closed in order where that says so. To be asked when its messages have ended. */
  async isFinished(): Promise<boolean> {
    if (this.#failure !== undefined || this.#isOver || !this.#isEnded) return false;
    return this.#isComplete || (this.#options.dialect.endsByClosing && orderlyCodes.has((await this.#socket.closed).code));
  }

  /** @throws What ended the call, if that was not its own end. */
  async checkEnd(secrets: readonly string[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (await this.isFinished()) return;
    throw closedError(await this.#socket.closed, secrets);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancelDeadline();
    this.#pauses[Symbol.dispose]();
    this.#socket[Symbol.dispose]();
  }

  /** Never rejects: what fails ends the socket, and with it the call. */
  async #run(): Promise<void> {
    const { request } = this.#options;
    try {
      for await (const input of request.audio) {
        if (this.#isOver) return;
        this.#send(input);
      }
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#isOver) return;
    this.#isEnded = true;
    this.#pauses[Symbol.dispose]();
    this.#socket.send(JSON.stringify({ type: 'CloseStream' }));
    const late = () => this.#fail(timeoutError(`the vendor did not finish within ${finishMs} ms of the end of the audio`));
    this.#cancelDeadline = request.clock.after(finishMs, late);
  }

  #send(input: STTInput): void {
    const { dialect } = this.#options;
    switch (input.type) {
      case 'audio':
        return this.#sendAudio(input.frame);
      case 'flush':
        return this.#socket.send(JSON.stringify(dialect.flushMessage));
      case 'update': {
        const message = dialect.updateMessage(input);
        return message === undefined ? undefined : this.#socket.send(JSON.stringify(message));
      }
      default:
        return input satisfies never;
    }
  }

  #sendAudio(frame: Extract<STTInput, { readonly type: 'audio' }>['frame']): void {
    // An empty message would end the stream.
    if (frame.samples.length === 0) return;
    checkFrame(frame, this.#options.request.sampleRate);
    this.audio.frame(frame);
    this.#pauses.touch();
    this.#socket.send(pcmBytes(frame.samples));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#failure ??= { error };
    this.#socket[Symbol.dispose]();
  }
}

function checkFrame({ sampleRate, channels }: { readonly sampleRate: number; readonly channels: number }, declared: number): void {
  const problem: APIError | undefined =
    sampleRate !== declared
      ? unsupported(`a frame has ${sampleRate} Hz in a call of ${declared} Hz: resample it`)
      : channels === 1
        ? undefined
        : unsupported(`a frame has ${channels} channels: mix them into one`);
  if (problem !== undefined) throw problem;
}
