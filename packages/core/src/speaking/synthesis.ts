import { APIError, APITimeoutError, isAPIError } from '../provider/api-error.js';
import type { CallOptions } from '../provider/call-options.js';
import type { Clock } from '../provider/clock.js';
import type { TTS, TTSEvent, TTSInput, TTSRequest } from '../provider/tts.js';
import { Channel } from '../stream/channel.js';
import { type ConnectOptions, firstOutputLimitMs, retryDelayMs } from '../stream/connect-options.js';
import { type LinkedSignal, linkSignals, type ParentSignal } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { readEach } from '../stream/read-each.js';
import { sleep } from '../stream/sleep.js';
import { DeliveredAudio } from './delivered-audio.js';
import { asFailure, ContractFaults, contractFault } from '../stream/contract-faults.js';
import { TTSRules } from './tts-rules.js';

/** Segments given to the TTS whose audio is not complete yet: one is spoken, the next is already there. */
const segmentsAhead = 2;
/** For a call to end by itself once all that it was given is spoken: its connection can then be used again. */
const afterLastMs = 100;

export interface SpeechSegment {
  readonly id: string;
  readonly text: string;
}

export interface SynthesisOptions {
  readonly tts: Pick<TTS, 'provider' | 'model' | 'capabilities'>;
  readonly synthesize: (request: TTSRequest) => AsyncIterable<TTSEvent>;
  readonly call: () => Omit<CallOptions, 'signal'>;
  readonly signal: ParentSignal;
  readonly sampleRate: number;
  readonly connect: ConnectOptions;
  /** All attempts at a segment together, in milliseconds, until there is audio that was not there before. */
  readonly replyDeadlineMs: number;
  /** Audio that is there and not yet played; from `maxAheadMs` on no further segment is given to the TTS. */
  readonly aheadMs: () => number;
  readonly maxAheadMs: number;
  /** A segment is given to the TTS; again, if it is tried again. */
  readonly onSegmentStart: (segment: SpeechSegment) => void;
  /** May ask to be waited for before the next event. Nothing but receipts after the signal has fired. */
  readonly onEvent: (event: TTSEvent) => Promise<void> | undefined;
  readonly onRetry: (error: unknown) => void;
  /** A call after a failed one has delivered something that was not there before. */
  readonly onRecovered: () => void;
  /** A rule of the contract was broken by an event, which is left out where it cannot be used: told once in a call. */
  readonly onFault: (fault: APIError) => void;
}

/** One call of the TTS, while it lasts. */
interface SynthesisCall {
  readonly rules: TTSRules;
  readonly faults: ContractFaults;
  readonly input: Channel<TTSInput>;
  readonly patience: Patience;
  readonly firstMs: number;
  /** Something was heard of it. */
  isAlive: boolean;
}

/**
 * Has a TTS speak segments in order, over as many calls as it takes. A call that fails is made again from the segment that was not
 * complete, of which what was already delivered is not delivered twice; at most `maxRetries` times for one segment. A TTS that is not
 * `streaming` has one call for each segment. `run` settles when all is spoken, or rejects with the last error.
 */
export class Synthesis {
  readonly #options: SynthesisOptions;
  readonly #clock: Clock;
  /** Not complete yet; the first `#given` of them were given to the present call. */
  readonly #segments: SpeechSegment[] = [];
  readonly #delivered = new DeliveredAudio();
  #given = 0;
  #textLength = 0;
  #hasEnded = false;
  #call: SynthesisCall | undefined;
  /** Segments completed so far. */
  #completed = 0;
  /** Since when nothing new came, though something was to come. */
  #sinceMs = 0;
  /** A call has failed, and the next one has delivered nothing yet. */
  #isBroken = false;
  #wake = () => {};

  constructor(options: SynthesisOptions) {
    this.#options = options;
    this.#clock = options.call().clock;
  }

  /** Text that is not spoken yet, in UTF-16 units. */
  get textLength(): number {
    return this.#textLength;
  }

  push(segment: SpeechSegment): void {
    if (this.#hasEnded) return;
    this.#textLength += segment.text.length;
    this.#segments.push(segment);
    this.poke();
  }

  end(): void {
    this.#hasEnded = true;
    this.poke();
  }

  /** Something was played, or is to be spoken: there may be room for the next segment. */
  poke(): void {
    this.#wake();
    const call = this.#call;
    if (call === undefined || call.input.isEnded) return;
    const { streaming } = this.#options.tts.capabilities;
    while (this.#given < (streaming ? segmentsAhead : 1) && this.#hasRoom()) {
      const segment = this.#segments[this.#given];
      if (segment === undefined) break;
      this.#give(segment, call);
    }
    if (streaming ? this.#hasEnded && this.#given === this.#segments.length : this.#given > 0) call.input.end();
  }

  async run(): Promise<void> {
    const link = linkSignals(this.#options.signal);
    link.onAbort(() => this.#wake());
    try {
      await this.#speakAll(link);
    } finally {
      link[Symbol.dispose]();
    }
  }

  async #speakAll(link: LinkedSignal): Promise<void> {
    let failures = 0;
    while (await this.#hasWork()) {
      const completedBefore = this.#completed;
      if (failures === 0) this.#sinceMs = this.#clock.now();
      try {
        await this.#attempt(failures + 1);
        failures = 0;
      } catch (error) {
        const hasCompleted = this.#completed > completedBefore;
        failures = hasCompleted ? 1 : failures + 1;
        // All was spoken that there was to speak: whatever broke afterwards is nobody's loss.
        if (hasCompleted && this.#segments.length === 0) failures = 0;
        else if (!link.aborted) await this.#recover(error, { failures, signal: link.signal });
      }
    }
  }

  /** Waits until the next attempt. @throws The error, if no further attempt is worth it. */
  async #recover(error: unknown, { failures, signal }: { readonly failures: number; readonly signal: AbortSignal }): Promise<void> {
    const { connect, onRetry, replyDeadlineMs } = this.#options;
    const delayMs = retryDelayMs(failures, connect, isAPIError(error) ? error.retryAfterMs : 0);
    const isWorthIt = isAPIError(error) && error.retryable && failures <= connect.maxRetries;
    if (!isWorthIt || this.#clock.now() + delayMs >= this.#sinceMs + replyDeadlineMs) throw error;
    this.#isBroken = true;
    onRetry(error);
    // An abort ends the wait, and then the loop.
    await sleep(delayMs, { clock: this.#clock, signal }).catch(() => {});
  }

  /** Waits until there is a segment to speak, and room for its audio; false once there will be none. */
  async #hasWork(): Promise<boolean> {
    const { signal } = this.#options;
    const mustWait = () => (this.#segments.length === 0 ? !this.#hasEnded : !this.#hasRoom());
    while (!signal.aborted && mustWait()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#segments.length > 0 && !signal.aborted;
  }

  #hasRoom(): boolean {
    return this.#options.aheadMs() < this.#options.maxAheadMs;
  }

  #give(segment: SpeechSegment, call: SynthesisCall): void {
    this.#given += 1;
    if (this.#given === 1 && call.isAlive) this.#sinceMs = this.#clock.now();
    call.rules.given(segment.id);
    this.#options.onSegmentStart(segment);
    void call.input.push({ type: 'text', segmentId: segment.id, text: segment.text });
    void call.input.push({ type: 'flush', segmentId: segment.id });
    if (this.#given === 1) call.patience.expect(call.isAlive ? this.#options.connect.timeoutMs : call.firstMs);
  }

  async #attempt(attempt: number): Promise<void> {
    const { synthesize, sampleRate, tts, connect, replyDeadlineMs, onFault } = this.#options;
    const clock = this.#clock;
    const firstMs = firstOutputLimitMs(attempt, connect, this.#sinceMs + replyDeadlineMs - clock.now());
    const link = linkSignals(this.#options.signal);
    const patience = new Patience(clock, () => link.abort());
    const input = new Channel<TTSInput>({ capacity: 2 * segmentsAhead });
    // A TTS that waits for text waits no longer.
    link.onAbort(() => input.cancel());
    const faults = new ContractFaults(tts.provider, onFault);
    const call: SynthesisCall = { input, patience, firstMs, isAlive: false, rules: new TTSRules(sampleRate), faults };
    this.#call = call;
    this.#given = 0;
    this.#delivered.restart();
    this.poke();
    try {
      const stream = synthesize({ ...this.#options.call(), signal: link.signal, text: input, sampleRate });
      await readEach(stream, { link, clock }, (event) => this.#takeNext(event, call, link));
    } catch (error) {
      if (!patience.isOver) throw asFailure(error, tts.provider);
    } finally {
      this.#call = undefined;
      input.cancel();
      patience[Symbol.dispose]();
      link[Symbol.dispose]();
    }
    if (this.#options.signal.aborted || this.#given === 0) return;
    const { provider } = tts;
    if (patience.isOver) throw new APITimeoutError(`gave no audio for ${Math.round(patience.waitedMs)} ms`, { provider });
    throw new APIError('the stream ended before all segments were spoken', { kind: 'protocol', provider, retryable: true });
  }

  #takeNext(event: TTSEvent, call: SynthesisCall, link: LinkedSignal): Promise<void> | undefined {
    if (!link.aborted && !keepsRules(event, call)) return undefined;
    const wait = this.#take(event, { call, isOver: link.aborted });
    if (wait !== undefined) return wait.then(() => this.#expectNext(event, call));
    this.#expectNext(event, call);
    return undefined;
  }

  #take(event: TTSEvent, { call, isOver }: { readonly call: SynthesisCall; readonly isOver: boolean }): Promise<void> | undefined {
    // What is handed on may be waited for: that time is not the provider's.
    call.patience.pause();
    if (event.type === 'usage' || event.type === 'response-metadata') return this.#options.onEvent(event);
    if (isOver) return undefined;
    call.isAlive = true;
    if (event.type === 'audio') {
      const frame = this.#delivered.take(event.segmentId, event.frame);
      if (frame === undefined) return undefined;
      this.#sinceMs = this.#clock.now();
      this.#recovered();
      return this.#options.onEvent({ ...event, frame });
    }
    // Audio in another order than that of the text is of no use.
    if (event.type === 'segment-end' && !call.rules.ended(event.segmentId))
      throw contractFault(this.#options.tts.provider, 'ended a segment before the one that was given first');
    const wait = this.#options.onEvent(event);
    if (event.type === 'segment-end') this.#complete(event.segmentId);
    return wait;
  }

  #recovered(): void {
    if (!this.#isBroken) return;
    this.#isBroken = false;
    this.#options.onRecovered();
  }

  #complete(segmentId: string): void {
    this.#recovered();
    this.#textLength -= this.#segments.shift()?.text.length ?? 0;
    this.#given -= 1;
    this.#completed += 1;
    this.#sinceMs = this.#clock.now();
    this.#delivered.complete(segmentId);
    this.poke();
  }

  #expectNext(event: TTSEvent, { patience, input }: SynthesisCall): void {
    const isReceipt = event.type === 'usage' || event.type === 'response-metadata';
    if (this.#given > 0 && !isReceipt) patience.expect(this.#options.connect.timeoutMs);
    else if (this.#given > 0) patience.resume();
    else if (input.isEnded) patience.expect(afterLastMs);
  }
}

/** Whether the event can be used. What it breaks is told. */
function keepsRules(event: TTSEvent, { rules, faults }: SynthesisCall): boolean {
  const broken = rules.broken(event);
  const rule = broken ?? rules.bent(event);
  if (rule !== undefined) faults.tell(rule);
  return broken === undefined;
}
