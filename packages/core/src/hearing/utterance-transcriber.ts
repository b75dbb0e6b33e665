import { APIError, APITimeoutError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { STTInput } from '../provider/stt.js';
import { AbortError } from '../stream/abort-error.js';
import { Channel } from '../stream/channel.js';
import { linkSignals } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import { AudioMemory } from './audio-memory.js';
import { type Attempt, keepOpen } from './keep-open.js';
import { forward, livenessMs, type Transcriber, type TranscriberOptions } from './transcriber.js';
import { asFailure } from '../stream/contract-faults.js';
import { createSTTCheck } from './transcriber.js';

/** Audio given from before the voice began: its first sound is weaker than what the VAD calls speech. */
const prerollMs = 300;
/** Audio kept while nobody speaks: the preroll, and what passes until the VAD has noticed a voice. */
const recentMs = 1000;
/** Longest utterance kept whole; of a longer one the beginning goes. */
const longestUtteranceMs = 60_000;
/** As many frames as the longest utterance has at 10 ms each. */
const capacity = longestUtteranceMs / 10;

interface Utterance {
  readonly audio: AudioMemory;
  /** Settles when all was reported of the utterance before: finals come in the order of speaking, however long one takes. */
  readonly before: Promise<void>;
  input: Channel<STTInput>;
  patience: Patience | undefined;
  isOver: boolean;
  doneUntilMs: number;
  /** Why it was given up: it was told. */
  failure: { readonly error: unknown } | undefined;
}

/**
 * For an STT that takes one utterance per call: the VAD cuts. Each call is fed while the user speaks, so that little is left to do at the
 * end. A call that fails is made again, with all of the utterance that is not final; one that is given up does not harm the next.
 */
export class UtteranceTranscriber implements Transcriber {
  readonly #options: TranscriberOptions;
  readonly #recent = new AudioMemory(recentMs);
  readonly #running = new Set<Promise<void>>();
  #last: Promise<void> = Promise.resolve();
  #utterance: Utterance | undefined;
  /** Was cut by a flush while the voice goes on: what is still said is an utterance of its own. */
  #isCut = false;
  /** Where an utterance was cut in the midst of its voice: what was said before is heard once. */
  #cutMs = -Infinity;
  #isEnded = false;

  constructor(options: TranscriberOptions) {
    this.#options = options;
  }

  push(frame: AudioFrame): void {
    if (this.#isEnded) return;
    if (this.#isCut) this.#begin([]);
    this.#recent.push(frame);
    const utterance = this.#utterance;
    if (utterance === undefined) return;
    utterance.audio.push(frame);
    void utterance.input.push({ type: 'audio', frame });
  }

  voiceStart(atMs: number): void {
    this.#endUtterance();
    if (!this.#isEnded) this.#begin(this.#recent.since(Math.max(atMs - prerollMs, this.#cutMs)));
  }

  voiceEnd(atMs?: number): void {
    if (atMs === undefined && this.#utterance !== undefined) this.#cutMs = this.#options.line.endMs;
    this.#endUtterance();
  }

  #endUtterance(): void {
    this.#isCut = false;
    const utterance = this.#utterance;
    if (utterance === undefined) return;
    this.#utterance = undefined;
    utterance.isOver = true;
    utterance.input.end();
    utterance.patience?.expect(livenessMs);
    this.#tellLost(utterance);
  }

  /** Once it is over: whoever still speaks waits for no answer. */
  #tellLost({ isOver, failure, doneUntilMs }: Utterance): void {
    if (!isOver || failure === undefined || doneUntilMs > -Infinity) return;
    this.#options.onEvent({ type: 'speech-lost', error: failure.error, isTold: true });
  }

  flush(): void {
    const isVoice = this.#utterance !== undefined || this.#isCut;
    this.voiceEnd();
    this.#isCut = isVoice;
  }

  /** What it says comes at the end of an utterance, and is final. */
  settle(): void {}

  async end(): Promise<void> {
    this.#isEnded = true;
    this.voiceEnd();
    await Promise.all(this.#running);
  }

  #begin(frames: readonly AudioFrame[]): void {
    this.#isCut = false;
    const utterance: Utterance = {
      audio: new AudioMemory(longestUtteranceMs),
      before: this.#last,
      input: newInput(),
      patience: undefined,
      isOver: false,
      doneUntilMs: -Infinity,
      failure: undefined,
    };
    for (const frame of frames) utterance.audio.push(frame);
    this.#utterance = utterance;
    const running = this.#transcribe(utterance).finally(() => this.#running.delete(running));
    this.#running.add(running);
    this.#last = running;
  }

  #transcribe(utterance: Utterance): Promise<void> {
    const { signal, connect, onEvent, call } = this.#options;
    return keepOpen({
      clock: call().clock,
      signal,
      connect,
      // One utterance lost is not the call lost: the next may go well.
      givesUp: true,
      attempt: (attempt) => this.#attempt(utterance, attempt),
      onFailure: (error, recoverable) => {
        onEvent({ type: 'error', source: 'stt', error, recoverable });
        if (recoverable) return;
        utterance.failure = { error };
        this.#tellLost(utterance);
      },
      onRecovered: () => onEvent({ type: 'recovered', source: 'stt', action: 'sent the utterance again' }),
    });
  }

  #silence(): APITimeoutError {
    const { provider } = this.#options.stt;
    return new APITimeoutError(`was sent an utterance and said nothing for ${livenessMs} ms`, { provider });
  }

  async #attempt(utterance: Utterance, { delivered }: Attempt): Promise<void> {
    const { signal: callerSignal, call, sampleRate, transcribe, stt } = this.#options;
    // It failed only after all was final.
    if (utterance.isOver && utterance.doneUntilMs > -Infinity && utterance.audio.since(utterance.doneUntilMs).length === 0) return;
    using link = linkSignals(callerSignal);
    const { signal } = link;
    const callOptions = call();
    const { clock, callId } = callOptions;
    const alreadyMs = utterance.doneUntilMs;
    const input = reopenInput(utterance);
    signal.addEventListener('abort', () => input.cancel(), { once: true });
    using patience = new Patience(clock, () =>
      link.abort(new AbortError('the call was given up: it said nothing', { cause: this.#silence() })),
    );
    utterance.patience = patience;
    if (utterance.isOver) patience.expect(livenessMs);
    const check = createSTTCheck(this.#options);
    try {
      for await (const given of readUntilAbort(transcribe({ ...callOptions, signal, audio: input, sampleRate }), { signal, clock })) {
        patience.pause();
        await utterance.before;
        const event = signal.aborted ? given : check(given);
        if (event === undefined || (signal.aborted && event.type !== 'usage')) continue;
        if (event.type === 'transcript-final' && event.endMs <= alreadyMs) continue;
        if (event.type === 'transcript-final') utterance.doneUntilMs = Math.max(utterance.doneUntilMs, event.endMs);
        if (event.type !== 'usage' && event.type !== 'response-metadata') delivered();
        forward(event, callId, this.#options);
        if (utterance.isOver) patience.expect(livenessMs);
      }
    } catch (error) {
      if (!patience.isOver) throw asFailure(error, stt.provider);
    } finally {
      utterance.patience = undefined;
      input.cancel();
    }
    if (callerSignal.aborted) return;
    const { provider } = stt;
    if (patience.isOver) throw this.#silence();
    if (!utterance.isOver) {
      throw new APIError('the stream ended before its input did', { kind: 'protocol', provider, retryable: true });
    }
    // That there was nothing to say is an answer too.
    delivered();
  }
}

function reopenInput(utterance: Utterance): Channel<STTInput> {
  utterance.input = newInput();
  for (const frame of utterance.audio.since(utterance.doneUntilMs)) void utterance.input.push({ type: 'audio', frame });
  if (utterance.isOver) utterance.input.end();
  return utterance.input;
}

const newInput = (): Channel<STTInput> => new Channel({ capacity, whenFull: 'drop-oldest' });
