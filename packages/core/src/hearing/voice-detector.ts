import { APIError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { CallOptions } from '../provider/call-options.js';
import type { VAD, VADEvent, VADInput } from '../provider/vad.js';
import { Channel } from '../stream/channel.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { linkSignals } from '../stream/linked-signal.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
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

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#input.end();
    await this.#running;
  }

  async #attempt({ delivered, madeProgress }: Attempt): Promise<void> {
    const { vad, call, signal: callerSignal, sampleRate, onEvent } = this.#options;
    if (this.#isEnded) return;
    using link = linkSignals(callerSignal);
    const { signal } = link;
    const callOptions = call();
    const { clock } = callOptions;
    const input = newInput();
    this.#input = input;
    link.onAbort(() => input.cancel());
    const faults = new ContractFaults(vad.provider, (error) => onEvent({ type: 'error', source: 'vad', error, recoverable: true }));
    try {
      for await (const event of readUntilAbort(vad.detect({ ...callOptions, signal, audio: input, sampleRate }), { signal, clock })) {
        if (signal.aborted) continue;
        const rule = vadFault(event, this.#isVoice);
        if (rule !== undefined) faults.tell(rule);
        if (rule !== undefined) continue;
        delivered();
        if (event.type === 'window') madeProgress();
        this.#take(event);
      }
    } catch (error) {
      throw asFailure(error, vad.provider);
    } finally {
      input.cancel();
    }
    if (callerSignal.aborted) return;
    if (this.#isEnded) return this.#endVoice();
    throw new APIError('the stream ended before its input did', { kind: 'protocol', provider: vad.provider, retryable: true });
  }

  #take(event: VADEvent): void {
    const { line, onEvent, onVoice } = this.#options;
    if (event.type === 'window') {
      // Silence that may yet turn out to be a pause does not make the speech longer.
      if (this.#isVoice && event.speechMs > 0 && event.silenceMs === 0) onEvent({ type: 'voice-progress', speechMs: event.speechMs });
      return;
    }
    const isStart = event.type === 'speech-start';
    this.#isVoice = isStart;
    const atMs = withinAudio(event.atMs, line.endMs);
    onVoice({ type: isStart ? 'start' : 'end', atMs });
    onEvent({ type: isStart ? 'voice-start' : 'voice-end', atMs: line.toClock(atMs) });
  }

  /** A voice that was heard when the VAD failed, or the audio ended, must not be waited for. */
  #endVoice(): void {
    if (!this.#isVoice) return;
    this.#isVoice = false;
    const { call, line, onVoice, onEvent } = this.#options;
    const nowMs = call().clock.now();
    onVoice({ type: 'end', atMs: line.fromClock(nowMs) });
    onEvent({ type: 'voice-end', atMs: nowMs });
  }
}

const newInput = (): Channel<VADInput> => new Channel({ capacity, whenFull: 'drop-oldest' });
