import { APIError, APITimeoutError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { STTInput } from '../provider/stt.js';
import { Channel } from '../stream/channel.js';
import { linkSignals } from '../stream/linked-signal.js';
import { AudioMemory } from './audio-memory.js';
import { keepOpen } from './keep-open.js';
import { forward, type Transcriber, type TranscriberOptions } from './transcriber.js';

/** Audio kept to be sent again after a failure, while somebody speaks and in silence. */
const memoryMs = { speech: 10_000, silence: 1000 } as const;
/** A connection that says nothing for so long after it was sent speech is dead. */
const livenessMs = 10_000;
/** Frames that may wait for the STT: 2 s at 20 ms. Beyond that the oldest go, a gap in what it hears. */
const capacity = 100;

/** For an STT that listens all the time: one long call, made again when it fails, from where its last final ended. */
export class StreamingTranscriber implements Transcriber {
  readonly #options: TranscriberOptions;
  readonly #memory = new AudioMemory(memoryMs.silence);
  readonly #running: Promise<void>;
  #input: Channel<STTInput> = new Channel({ capacity, whenFull: 'drop-oldest' });
  #isEnded = false;
  #doneUntilMs = -Infinity;
  #fail: ((error: Error) => void) | undefined;
  #cancelWatch: (() => void) | undefined;

  constructor(options: TranscriberOptions) {
    this.#options = options;
    const { clock } = options.call();
    this.#running = keepOpen({
      clock,
      signal: options.signal,
      connect: options.connect,
      attempt: (madeProgress) => this.#attempt(madeProgress),
      onFailure: (error, recoverable) => options.onEvent({ type: 'error', source: 'stt', error, recoverable }),
      onReopened: () => options.onEvent({ type: 'recovered', source: 'stt', action: 'reopened, and sent again what was not final' }),
    });
  }

  push(frame: AudioFrame): void {
    this.#memory.push(frame);
    void this.#input.push({ type: 'audio', frame });
  }

  voiceStart(): void {
    this.#memory.limit(memoryMs.speech);
    this.#watch();
  }

  voiceEnd(): void {
    void this.#input.push({ type: 'flush' });
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#input.end();
    await this.#running;
    this.#cancelWatch?.();
  }

  async #attempt(madeProgress: () => void): Promise<void> {
    const { options, input } = { options: this.#options, input: this.#reopenInput() };
    using link = linkSignals(options.signal);
    this.#fail = (error) => link.abort(error);
    const stream = options.transcribe({ ...options.call(), signal: link.signal, audio: input, sampleRate: options.sampleRate });
    for await (const event of stream) {
      this.#cancelWatch?.();
      if (event.type === 'transcript-final') {
        // Sent again after a failure, and final before it: not said twice.
        if (event.endMs <= this.#doneUntilMs) continue;
        this.#doneUntilMs = event.endMs;
        this.#memory.forgetUntil(event.endMs);
        this.#memory.limit(memoryMs.silence);
      }
      if (forward(event, options)) madeProgress();
    }
    if (options.signal.aborted || this.#isEnded) return;
    if (link.signal.aborted) throw link.signal.reason;
    throw new APIError('the stream ended before its input did', { kind: 'protocol', provider: options.stt.provider, retryable: true });
  }

  /** A new channel that begins with what was not final yet. */
  #reopenInput(): Channel<STTInput> {
    this.#input.cancel();
    this.#input = new Channel<STTInput>({ capacity: capacity + 1000, whenFull: 'drop-oldest' });
    for (const frame of this.#memory.since(this.#doneUntilMs)) void this.#input.push({ type: 'audio', frame });
    if (this.#isEnded) this.#input.end();
    return this.#input;
  }

  #watch(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = this.#options.call().clock.after(livenessMs, () => {
      this.#fail?.(new APITimeoutError(`was sent speech and said nothing for ${livenessMs} ms`, { provider: this.#options.stt.provider }));
    });
  }
}
