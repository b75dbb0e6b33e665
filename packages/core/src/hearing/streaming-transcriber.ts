import { APIError, APITimeoutError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { STTEvent, STTInput } from '../provider/stt.js';
import { Channel } from '../stream/channel.js';
import { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { readEach } from '../stream/read-each.js';
import { AudioMemory } from './audio-memory.js';
import { type Attempt, keepOpen } from './keep-open.js';
import { forward, livenessMs, segmentIdOf, type Transcriber, type TranscriberOptions } from './transcriber.js';
import { asFailure } from '../stream/contract-faults.js';
import { AbortError } from '../stream/abort-error.js';
import { createSTTCheck } from './transcriber.js';
import { type Silence, UnansweredSpeech } from './unanswered-speech.js';

/** Audio kept to be sent again after a failure, while somebody speaks and in silence. */
const memoryMs = { speech: 10_000, silence: 1000 } as const;
/** A final that ends this much before the voice did, as the VAD has it, is the last of the utterance: the two measure differently. */
const finalToleranceMs = 500;
/** Frames that may wait for the STT: 2 s at 20 ms. Beyond that the oldest go, a gap in what it hears. */
const capacity = 100;
/** Segments that an STT may have open at a time: far beyond sense, but a bound. */
const mostOpen = 100;

/**
 * For an STT that listens all the time: one long call, made again when it fails, from where its last final ended. What was final before is
 * not reported again.
 */
export class StreamingTranscriber implements Transcriber {
  readonly #options: TranscriberOptions;
  readonly #memory: AudioMemory;
  readonly #running: Promise<void>;
  #input = new Channel<STTInput>({ capacity, whenFull: 'drop-oldest' });
  /** Of the present call; it ends the call. */
  #patience: Patience | undefined;
  #isVoice = false;
  /** Something came since the voice began: the connection is alive. */
  #hasAnswered = false;
  /** The last thing that was transcribed is final. */
  #wasLastFinal = false;
  /** The STT's own speech has begun and not ended. */
  #isReportedVoice = false;
  readonly #unanswered = new UnansweredSpeech();
  /** What a silence of the STT was reported as, last, and what it means. */
  #silence: { readonly error: APITimeoutError; readonly meaning: Silence } | undefined;
  /** The STT was told to finalise, and has not. */
  #isFlushDue = false;
  #isEnded = false;
  #doneUntilMs = -Infinity;
  /** Segments of the call that spoke last that are not final. */
  #open: { readonly callId: string; readonly segments: Set<string> } = { callId: '', segments: new Set() };

  /** The last interim: which call it is of, and up to where it tells what was said. */
  #interim = { callId: '', untilMs: -Infinity };
  #present: { readonly callId: string; readonly link: LinkedSignal } | undefined;
  /** The present call was sent again what has been taken meanwhile: another one is made. */
  #isOutdated = false;

  constructor(options: TranscriberOptions) {
    this.#options = options;
    // Without a VAD nobody says when somebody speaks.
    this.#memory = new AudioMemory(options.reportVoice ? memoryMs.speech : memoryMs.silence);
    this.#running = keepOpen({
      clock: options.call().clock,
      signal: options.signal,
      connect: options.connect,
      givesUp: false,
      attempt: (attempt) => this.#attemptAnew(attempt),
      // Noise that the VAD took for a voice is answered by nothing, on the best of connections.
      costsNothing: (error) => error === this.#silence?.error,
      onFailure: (error, recoverable) => {
        this.#endReportedVoice();
        const silence = this.#silence;
        if (silence?.meaning === 'lost' && silence.error === error) options.onEvent({ type: 'speech-lost', error, isTold: false });
        else options.onEvent({ type: 'error', source: 'stt', error, recoverable });
      },
      onRecovered: () => options.onEvent({ type: 'recovered', source: 'stt', action: 'reopened, and sent again what was not final' }),
    });
  }

  push(frame: AudioFrame): void {
    if (this.#isEnded) return;
    this.#memory.push(frame);
    void this.#input.push({ type: 'audio', frame });
  }

  voiceStart(atMs = Math.max(0, this.#options.line.endMs)): void {
    this.#isVoice = true;
    this.#unanswered.begin(atMs);
    this.#hasAnswered = false;
    this.#memory.limit(memoryMs.speech);
    // One that has nothing to say before the end of an utterance may be silent for as long as that takes.
    if (this.#saysInterims) this.#expectWord();
  }

  voiceEnd(atMs = this.#options.line.endMs, isFinal = true): void {
    const wasVoice = this.#isVoice;
    this.#isVoice = false;
    if (wasVoice) this.#unanswered.end(atMs);
    if (isFinal) this.flush();
    if (!wasVoice) return;
    // It may have said all that there was to say before the VAD knew that the voice was over.
    if (this.#hasAnswered && !this.#fellSilent(atMs)) this.#patience?.pause();
    else if (!this.#saysInterims) this.#expectWord();
  }

  flush(): void {
    this.#isFlushDue = true;
    void this.#input.push({ type: 'flush' });
  }

  settle(): void {
    const { callId, untilMs } = this.#interim;
    this.#doneUntilMs = Math.max(this.#doneUntilMs, untilMs);
    this.#memory.forgetUntil(this.#doneUntilMs);
    // The call that it is of may yet say how it ends; one after that would say it again.
    if (this.#present === undefined || this.#present.callId === callId || callId === '') return;
    this.#isOutdated = true;
    this.#present.link.abort();
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#input.end();
    this.#patience?.expect(livenessMs);
    await this.#running;
  }

  /** After a final it said no more, though the voice went on to this time on the line. */
  #fellSilent(atMs: number): boolean {
    return this.#wasLastFinal && this.#doneUntilMs < atMs - finalToleranceMs;
  }

  /** What is owed already is not put off by more speech: one that is dead stays so, however often somebody speaks. */
  #expectWord(): void {
    if (this.#patience?.isWaiting === false) this.#patience.expect(livenessMs);
  }

  get #saysInterims(): boolean {
    return this.#options.stt.capabilities.interimTranscripts;
  }

  async #attemptAnew(attempt: Attempt): Promise<void> {
    do {
      this.#isOutdated = false;
      await this.#attempt(attempt);
    } while (this.#isOutdated && !this.#options.signal.aborted);
  }

  async #attempt({ delivered, madeProgress }: Attempt): Promise<void> {
    const { signal: callerSignal, call, sampleRate, transcribe, stt } = this.#options;
    using link = linkSignals(callerSignal);
    const callOptions = call();
    const { clock, callId } = callOptions;
    const alreadyMs = this.#doneUntilMs;
    const input = this.#reopenInput();
    link.onAbort(() => input.cancel());
    using patience = new Patience(clock, () => link.abort(this.#fallSilent()));
    this.#patience = patience;
    this.#present = { callId, link };
    const isOwed = this.#silence?.meaning === 'owed';
    if (this.#isEnded || isOwed || (this.#isVoice && this.#saysInterims)) patience.expect(livenessMs);
    const check = createSTTCheck(this.#options);
    try {
      await readEach(transcribe({ ...callOptions, signal: link.signal, audio: input, sampleRate }), { link, clock }, (given) => {
        const event = link.aborted ? given : check(given);
        if (event === undefined) return undefined;
        // What still comes of a call that was given up is no answer.
        if (!link.aborted) {
          this.#noteVoice(event);
          this.#expectNext(patience, event);
        } else if (event.type !== 'usage') return undefined;
        if (event.type !== 'usage' && event.type !== 'response-metadata') delivered();
        this.#noteSegment(event, callId);
        // What another call had begun was taken just now: this one says it again.
        if (this.#isOutdated && event.type !== 'usage') return undefined;
        if (event.type === 'transcript-final') this.#onFinal(event);
        if (event.type === 'transcript-interim') this.#interim = { callId, untilMs: event.endMs ?? this.#options.line.endMs };
        // Sent again after a failure, and known before it: not said twice, and what was interim of it goes.
        const isKnown = event.type === 'transcript-final' && event.endMs <= alreadyMs;
        if (forward(isKnown ? { ...event, text: '' } : event, callId, this.#options)) madeProgress();
        return undefined;
      });
    } catch (error) {
      if (!patience.isOver && !this.#isOutdated) throw asFailure(error, stt.provider);
    } finally {
      this.#patience = undefined;
      this.#present = undefined;
      input.cancel();
    }
    if (callerSignal.aborted) return;
    if (this.#isEnded || this.#isOutdated) return this.#endReportedVoice();
    const { provider } = stt;
    if (patience.isOver && this.#silence !== undefined) throw this.#silence.error;
    throw new APIError('the stream ended before its input did', { kind: 'protocol', provider, retryable: true });
  }

  /** The connection was waited for in vain. Who makes the calls may want to know: the signal tells. */
  #fallSilent(): AbortError {
    const { stt, line } = this.#options;
    const error = new APITimeoutError(`was sent speech and said nothing for ${livenessMs} ms`, { provider: stt.provider });
    this.#silence = { error, meaning: this.#unanswered.unanswered(line.endMs) };
    return new AbortError('the call was given up: it said nothing', { cause: error });
  }

  /** Where the STT stands in for a VAD, a voice that it has begun and will not end any more must not be waited for. */
  #endReportedVoice(): void {
    if (!this.#isReportedVoice) return;
    this.#isReportedVoice = false;
    this.#options.onEvent({ type: 'voice-end', atMs: this.#options.call().clock.now() });
  }

  #noteVoice(event: STTEvent): void {
    if (!this.#options.reportVoice || (event.type !== 'speech-start' && event.type !== 'speech-end')) return;
    this.#isReportedVoice = event.type === 'speech-start';
    if (this.#isReportedVoice) this.#unanswered.begin(event.atMs);
    else this.#unanswered.end(event.atMs);
  }

  /** What a call that failed had begun is heard again, as another segment: it is not said twice. */
  #noteSegment(event: STTEvent, callId: string): void {
    if (event.type !== 'transcript-interim' && event.type !== 'transcript-final') return;
    const { onEvent, line } = this.#options;
    const before = this.#open;
    if (before.callId !== callId) {
      this.#open = { callId, segments: new Set() };
      for (const segmentId of before.segments)
        onEvent({ type: 'transcript-final', segmentId, text: '', endedMs: line.toClock(line.endMs) });
    }
    const segmentId = segmentIdOf(event, callId);
    if (event.type === 'transcript-final') this.#open.segments.delete(segmentId);
    else if (this.#open.segments.size < mostOpen) this.#open.segments.add(segmentId);
  }

  #expectNext(patience: Patience, { type }: STTEvent): void {
    this.#hasAnswered = true;
    this.#silence = undefined;
    this.#unanswered.answered(this.#options.line.endMs);
    if (type === 'transcript-final' || type === 'transcript-interim') this.#wasLastFinal = type === 'transcript-final';
    if (this.#isEnded || ((this.#isVoice || this.#isReportedVoice) && this.#saysInterims)) patience.expect(livenessMs);
    else patience.pause();
  }

  #onFinal(event: Extract<STTEvent, { readonly type: 'transcript-final' }>): void {
    this.#isFlushDue = false;
    this.#doneUntilMs = Math.max(this.#doneUntilMs, event.endMs);
    this.#memory.forgetUntil(this.#doneUntilMs);
    if (!this.#isVoice && !this.#options.reportVoice) this.#memory.limit(memoryMs.silence);
  }

  /** A new channel that begins with what was not final yet. */
  #reopenInput(): Channel<STTInput> {
    const frames = this.#memory.since(this.#doneUntilMs);
    this.#input = new Channel<STTInput>({ capacity: capacity + frames.length, whenFull: 'drop-oldest' });
    for (const frame of frames) void this.#input.push({ type: 'audio', frame });
    // Asked for once more, and then no more: what was noise is not answered.
    if (this.#isFlushDue) void this.#input.push({ type: 'flush' });
    if (!this.#isVoice) this.#isFlushDue = false;
    if (this.#isEnded) this.#input.end();
    return this.#input;
  }
}
