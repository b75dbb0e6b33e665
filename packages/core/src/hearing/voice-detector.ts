import { APIError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { CallOptions } from '../provider/call-options.js';
import type { VAD, VADInput } from '../provider/vad.js';
import { Channel } from '../stream/channel.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { linkSignals } from '../stream/linked-signal.js';
import type { HearingEvent } from './hearing-event.js';
import { keepOpen } from './keep-open.js';
import type { StreamLine } from './stream-line.js';

/** Frames that may wait for the VAD: 1 s at 20 ms. Beyond that the oldest go. */
const capacity = 50;

export interface VoiceDetectorOptions {
  readonly vad: VAD;
  readonly call: () => Omit<CallOptions, 'signal'>;
  readonly signal: AbortSignal;
  readonly sampleRate: number;
  readonly line: StreamLine;
  readonly onEvent: (event: HearingEvent) => void;
  /** Start and end on the frames' own line, for who cuts the audio by them. */
  readonly onVoice: (event: { readonly type: 'start' | 'end'; readonly atMs: number }) => void;
}

/** Keeps a VAD listening, and tells of voices in the session's terms and on the clock. */
export class VoiceDetector {
  readonly #options: VoiceDetectorOptions;
  readonly #running: Promise<void>;
  #input: Channel<VADInput> = newInput();
  #isEnded = false;
  #isVoice = false;

  constructor(options: VoiceDetectorOptions) {
    this.#options = options;
    this.#running = keepOpen({
      clock: options.call().clock,
      signal: options.signal,
      connect: defaultConnectOptions,
      attempt: (madeProgress) => this.#attempt(madeProgress),
      onFailure: (error, recoverable) => {
        this.#endVoice();
        options.onEvent({ type: 'error', source: 'vad', error, recoverable });
      },
      onReopened: () => options.onEvent({ type: 'recovered', source: 'vad', action: 'reopened' }),
    });
  }

  push(frame: AudioFrame): void {
    void this.#input.push({ type: 'audio', frame });
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#input.end();
    await this.#running;
  }

  async #attempt(madeProgress: () => void): Promise<void> {
    const { vad, call, signal, sampleRate, line, onEvent, onVoice } = this.#options;
    this.#input.cancel();
    this.#input = newInput();
    if (this.#isEnded) return;
    using link = linkSignals(signal);
    for await (const event of vad.detect({ ...call(), signal: link.signal, audio: this.#input, sampleRate })) {
      if (event.type === 'window') {
        madeProgress();
        // Silence that may yet turn out to be a pause does not make the speech longer.
        if (this.#isVoice && event.speechMs > 0 && event.silenceMs === 0) onEvent({ type: 'voice-progress', speechMs: event.speechMs });
      } else if (event.type === 'speech-start') {
        this.#isVoice = true;
        onVoice({ type: 'start', atMs: event.atMs });
        onEvent({ type: 'voice-start', atMs: line.toClock(event.atMs) });
      } else {
        this.#isVoice = false;
        onVoice({ type: 'end', atMs: event.atMs });
        onEvent({ type: 'voice-end', atMs: line.toClock(event.atMs) });
      }
    }
    if (signal.aborted || this.#isEnded) return;
    throw new APIError('the stream ended before its input did', { kind: 'protocol', provider: vad.provider, retryable: true });
  }

  /** A voice that was heard when the VAD failed must not be waited for. */
  #endVoice(): void {
    if (!this.#isVoice) return;
    this.#isVoice = false;
    const { call, onVoice, onEvent } = this.#options;
    onVoice({ type: 'end', atMs: Infinity });
    onEvent({ type: 'voice-end', atMs: call().clock.now() });
  }
}

const newInput = (): Channel<VADInput> => new Channel({ capacity, whenFull: 'drop-oldest' });
