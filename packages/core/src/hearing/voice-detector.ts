import { APIError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { CallOptions } from '../provider/call-options.js';
import type { VAD, VADEvent, VADInput } from '../provider/vad.js';
import { Channel } from '../stream/channel.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { linkSignals } from '../stream/linked-signal.js';
import { readEach } from '../stream/read-each.js';
import type { HearingEvent } from './hearing-event.js';
import { type Attempt, keepOpen } from './keep-open.js';
import { type StreamLine, withinAudio } from './stream-line.js';
import { asFailure, ContractFaults } from '../stream/contract-faults.js';
import { vadFault } from './vad-fault.js';

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

/** Keeps a VAD listening, and tells of voices in the session's terms and on the clock. Each start has an end, whatever becomes of the VAD. */
export class VoiceDetector {
  readonly #options: VoiceDetectorOptions;
  readonly #running: Promise<void>;
  #input: Channel<VADInput> = newInput();
  #isEnded = false;
  #isVoice = false;
  /** Silence that is told of within a voice, in milliseconds; undefined: none. */
  #pauseMs: number | undefined;
  #awaitsPause = false;
  /** Since when the present silence lasts, and how far the VAD has heard, on the frames' line. */
  #silentFromMs: number | undefined;
  #heardUntilMs = -Infinity;
  /** What it says of the time before is of no use any more. */
  #resetMs: number | undefined;

  constructor(options: VoiceDetectorOptions) {
    this.#options = options;
    this.#running = keepOpen({
      clock: options.call().clock,
      signal: options.signal,
      connect: defaultConnectOptions,
      givesUp: false,
      attempt: (attempt) => this.#attempt(attempt),
      onFailure: (error, recoverable) => {
        this.#endVoice();
        options.onEvent({ type: 'error', source: 'vad', error, recoverable });
      },
      onRecovered: () => options.onEvent({ type: 'recovered', source: 'vad', action: 'reopened' }),
    });
  }

  push(frame: AudioFrame): void {
    void this.#input.push({ type: 'audio', frame });
  }

  /** A pause of so much silence is told of, from the next voice on; undefined: none is. */
  setPause(silenceMs: number | undefined): void {
    this.#pauseMs = silenceMs;
  }

  /** Begins anew: what was said is over by another account. Its end is not told of. */
  reset(): void {
    const { line, onVoice } = this.#options;
    this.#resetMs = line.endMs;
    void this.#input.push({ type: 'reset' });
    this.#awaitsPause = false;
    if (!this.#isVoice) return;
    this.#isVoice = false;
    onVoice({ type: 'end', atMs: line.endMs });
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#input.end();
    await this.#running;
  }

  async #attempt({ delivered, madeProgress }: Attempt): Promise<void> {
    const { vad, call, signal: callerSignal, sampleRate, onEvent } = this.#options;
    if (this.#isEnded) return;
    using link = linkSignals(callerSignal);
    const callOptions = call();
    const { clock } = callOptions;
    const input = newInput();
    this.#input = input;
    link.onAbort(() => input.cancel());
    const faults = new ContractFaults(vad.provider, (error) => onEvent({ type: 'error', source: 'vad', error, recoverable: true }));
    try {
      await readEach(vad.detect({ ...callOptions, signal: link.signal, audio: input, sampleRate }), { link, clock }, (event) => {
        if (link.aborted) return undefined;
        const rule = vadFault(event, this.#isVoice);
        // Of a voice that was forgotten it may tell the end.
        if (rule !== undefined && !this.#isForgotten) faults.tell(rule);
        if (rule !== undefined) return undefined;
        delivered();
        if (event.type === 'window') madeProgress();
        this.#take(event);
        return undefined;
      });
    } catch (error) {
      throw asFailure(error, vad.provider);
    } finally {
      input.cancel();
    }
    if (callerSignal.aborted) return;
    if (this.#isEnded) return this.#endVoice();
    throw new APIError('the stream ended before its input did', { kind: 'protocol', provider: vad.provider, retryable: true });
  }

  /** The VAD still speaks of the time before the reset. */
  get #isForgotten(): boolean {
    return this.#resetMs !== undefined && this.#heardUntilMs <= this.#resetMs;
  }

  #take(event: VADEvent): void {
    const { line, onEvent, onVoice } = this.#options;
    if (event.type === 'window') {
      const endMs = event.atMs + this.#options.vad.capabilities.windowMs;
      this.#heardUntilMs = endMs;
      return this.#takeWindow(event, endMs);
    }
    if (this.#isForgotten) return;
    const isStart = event.type === 'speech-start';
    this.#isVoice = isStart;
    const atMs = withinAudio(event.atMs, line.endMs);
    if (isStart) this.#awaitsPause = true;
    this.#silentFromMs = isStart ? undefined : atMs;
    onVoice({ type: isStart ? 'start' : 'end', atMs });
    onEvent({ type: isStart ? 'voice-start' : 'voice-end', atMs: line.toClock(atMs) });
  }

  #takeWindow({ speechMs, silenceMs }: Extract<VADEvent, { readonly type: 'window' }>, endMs: number): void {
    const { onEvent } = this.#options;
    if (speechMs > 0 && silenceMs === 0) {
      this.#silentFromMs = undefined;
      if (!this.#isVoice) return;
      this.#awaitsPause = true;
      // Silence that may yet turn out to be a pause does not make the speech longer.
      return onEvent({ type: 'voice-progress', speechMs });
    }
    if (this.#pauseMs === undefined || !this.#awaitsPause) return;
    this.#silentFromMs ??= endMs - silenceMs;
    if (endMs - this.#silentFromMs >= this.#pauseMs) this.#tellPause();
  }

  #tellPause(): void {
    this.#awaitsPause = false;
    this.#options.onEvent({ type: 'voice-pause' });
  }

  /** A voice that was heard when the VAD failed, or the audio ended, must not be waited for. */
  #endVoice(): void {
    if (!this.#isVoice) return;
    this.#isVoice = false;
    const { call, line, onVoice, onEvent } = this.#options;
    if (this.#pauseMs !== undefined && this.#awaitsPause) this.#tellPause();
    const nowMs = call().clock.now();
    onVoice({ type: 'end', atMs: line.fromClock(nowMs) });
    onEvent({ type: 'voice-end', atMs: nowMs });
  }
}

const newInput = (): Channel<VADInput> => new Channel({ capacity, whenFull: 'drop-oldest' });
