import type { AudioFrame } from '../provider/audio-frame.js';
import type { TurnDetection, TurnDetector } from '../provider/turn-detector.js';
import { asFailure, contractFault } from '../stream/contract-faults.js';
import { withDeadline } from '../stream/deadline.js';
import { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';
import { untilAbort } from '../stream/until-abort.js';
import type { SessionContext } from './session-context.js';

/** A detector that takes longer counts as one that says that the user has finished. Turn-taking rules, the user's turn ends, 4. */
const predictionTimeoutMs = 1000;
/** For a detection to be closed. */
const closeTimeoutMs = 2000;

interface Question {
  readonly id: number;
  readonly transcript: string;
  readonly language: string | undefined;
}

/** Asks the present agent's turn detector in the user's pauses. What fails is reported, and nobody waits for it longer than the minimum. */
export class DetectorRunner {
  readonly #context: SessionContext;
  #detector: TurnDetector | undefined;
  #detection: TurnDetection | undefined;
  /** Of the present detection's call. */
  #link: LinkedSignal | undefined;
  /** Of the question that is open. */
  #asking: LinkedSignal | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** Opens what the present agent's options name; goes on with what is open if that is the same. */
  open(): void {
    const { detector } = this.#context.resolved();
    if (detector === this.#detector) return;
    // Its answer is nobody's any more; the new one is asked when it is told the options.
    this.cancel();
    this.#letGo();
    this.#detector = detector;
    this.#reopen();
  }

  /** Hertz that it wants to hear at; undefined: it wants no audio. */
  get sampleRate(): number | undefined {
    return this.#detector?.capabilities.sampleRates[0];
  }

  get minSilenceMs(): number | undefined {
    return this.#detector?.capabilities.minSilenceMs;
  }

  push(frame: AudioFrame): void {
    this.#try((detection) => detection.push?.(frame));
  }

  reset(): void {
    this.#try((detection) => detection.reset());
  }

  /** Asks, in place of what was asked before; the answer is dispatched. */
  predict(question: Question): void {
    this.cancel();
    // One that could not be opened, or broke, is given another chance in each pause.
    if (this.#detection === undefined) this.#reopen();
    const detection = this.#detection;
    if (detection === undefined) return this.#answer(question.id, true);
    const asking = linkSignals(this.#context.signal);
    this.#asking = asking;
    this.#context.own(this.#ask(detection, question, asking.signal).finally(() => asking[Symbol.dispose]()));
  }

  /** The open question needs no answer any more. */
  cancel(): void {
    this.#asking?.abort();
    this.#asking = undefined;
  }

  close(): void {
    this.cancel();
    this.#letGo();
    this.#detector = undefined;
  }

  async #ask(detection: TurnDetection, { id, transcript, language }: Question, signal: AbortSignal): Promise<void> {
    const { clock, agent } = this.#context;
    const provider = this.#detector?.provider ?? 'turn-detector';
    const onTimeout = () => new Error(`the turn detector gave no answer within ${predictionTimeoutMs} ms`);
    try {
      const chat = agent().chatContext.toModel();
      const asked = detection.predict({ chat, transcript, signal, ...(language === undefined ? {} : { language }) });
      const answer: unknown = await withDeadline(untilAbort(Promise.resolve(asked), signal), {
        clock,
        timeoutMs: predictionTimeoutMs,
        onTimeout,
      });
      if (!isAnswer(answer)) throw contractFault(provider, 'gave an answer without probability and threshold');
      if (!signal.aborted) this.#answer(id, answer.probability >= answer.threshold);
    } catch (error) {
      if (signal.aborted) return;
      this.cancel();
      this.#failed(error);
      this.#answer(id, true);
    }
  }

  #answer(id: number, isFinished: boolean): void {
    this.#context.core.dispatch({ type: 'prediction', id, isFinished });
  }

  #reopen(): void {
    const { call, signal } = this.#context;
    if (this.#detector === undefined || signal.aborted) return;
    const link = linkSignals(signal);
    try {
      const detection: unknown = this.#detector.open({ ...call(), signal: link.signal });
      if (!isDetection(detection)) throw contractFault(this.#detector.provider, 'opened something that cannot be asked');
      this.#detection = detection;
      this.#link = link;
    } catch (error) {
      link[Symbol.dispose]();
      this.#failed(error);
    }
  }

  /** A detection that throws is not used again. */
  #try(use: (detection: TurnDetection) => void): void {
    if (this.#detection === undefined) return;
    try {
      use(this.#detection);
    } catch (error) {
      this.#letGo();
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { report, core } = this.#context;
    report('turn-detector', asFailure(error, this.#detector?.provider ?? 'turn-detector'), true);
    core.emit({ type: 'recovered', source: 'turn-detector', action: 'went by the shortest delay' });
  }

  #letGo(): void {
    const detection = this.#detection;
    const link = this.#link;
    this.#detection = undefined;
    this.#link = undefined;
    link?.abort();
    if (detection !== undefined) this.#context.own(this.#dispose(detection));
  }

  async #dispose(detection: TurnDetection): Promise<void> {
    const onTimeout = () => new Error(`the turn detector did not close within ${closeTimeoutMs} ms`);
    try {
      const disposed = Promise.resolve(detection[Symbol.asyncDispose]());
      await withDeadline(disposed, { clock: this.#context.clock, timeoutMs: closeTimeoutMs, onTimeout });
    } catch (error) {
      this.#context.report('turn-detector', error, true);
    }
  }
}

const isDetection = (value: unknown): value is TurnDetection =>
  typeof value === 'object' && value !== null && 'predict' in value && 'reset' in value;

const isAnswer = (value: unknown): value is Awaited<ReturnType<TurnDetection['predict']>> =>
  typeof value === 'object' &&
  value !== null &&
  [Reflect.get(value, 'probability'), Reflect.get(value, 'threshold')].every((part: unknown) => Number.isFinite(part));
