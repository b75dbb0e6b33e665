import type { Agent } from '../agent/agent.js';
import { shown } from '../agent/check-options.js';
import { holdingSpeech } from '../agent/running-code.js';
import type { SpeechHandle } from '../agent/speech-handle.js';
import { type AwaitedSpeech, waitsFor } from '../agent/tool-scope.js';
import type { SpeechSource } from '../observe/agent-event.js';
import type { ChatItem } from '../provider/chat-item.js';
import { createDeferred } from '../stream/deferred.js';
import { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';
import { checkMethod } from './method-options.js';
import type { SessionCore } from './session-core.js';

/** What of a speech is under way: the effects of the reducer act on it. */
export interface SpeechPart {
  authorise(): void;
  hold(): void;
  resume(): void;
  cancel(): void;
}

export interface SpeechOptions {
  readonly id: string;
  readonly source: SpeechSource;
  readonly sequence: number;
  readonly allowInterruptions: boolean;
  readonly core: SessionCore;
  /** Who speaks: what is said enters this agent's context, whoever has taken over since. */
  readonly agent: Agent;
}

/** A speech of the agent from its creation to its end: the handle that applications hold. */
export class Speech implements SpeechHandle, AwaitedSpeech {
  readonly id: string;
  readonly source: SpeechSource;
  readonly sequence: number;
  readonly agent: Agent;
  /** Fires on interruption. */
  readonly link: LinkedSignal = linkSignals();
  readonly chatItems: ChatItem[] = [];
  readonly waitsFor = new Set<AwaitedSpeech>();
  /** A tool of it has called for another agent. */
  handsOver = false;
  readonly #core: SessionCore;
  readonly #done = createDeferred<void>();
  #part: SpeechPart | undefined;
  #playout: Promise<unknown> | undefined;
  #allowInterruptions: boolean;
  #isDone = false;
  #parkedTimes = 0;
  #hadTask = false;

  constructor(options: SpeechOptions) {
    this.id = options.id;
    this.source = options.source;
    this.sequence = options.sequence;
    this.agent = options.agent;
    this.#core = options.core;
    this.#allowInterruptions = options.allowInterruptions;
    // A failure that nobody awaits was reported as an event.
    this.#done.promise.catch(() => {});
  }

  get interrupted(): boolean {
    return this.link.aborted;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get allowInterruptions(): boolean {
    return this.#allowInterruptions;
  }

  set allowInterruptions(allowInterruptions: boolean) {
    if (typeof allowInterruptions !== 'boolean')
      throw new TypeError(`speech ${this.id}: "allowInterruptions" is ${shown(allowInterruptions)}; it must be true or false`);
    this.#allowInterruptions = allowInterruptions;
    this.#core.dispatch({ type: 'speech-protected', speechId: this.id, allowInterruptions });
  }

  interrupt(options: { readonly force?: boolean } = {}): void {
    checkMethod.interrupt(options);
    const { force = false } = options;
    if (this.#isDone || this.interrupted) return;
    if (!this.#allowInterruptions && !force) {
      throw new Error(`speech ${this.id} does not allow interruptions: use interrupt({ force: true })`);
    }
    this.#core.dispatch({ type: 'interrupt-requested', speechId: this.id, force });
  }

  async waitForPlayout(): Promise<void> {
    await this.#playout;
  }

  then<A = void, B = never>(
    onDone?: ((value: void) => A | PromiseLike<A>) | null,
    onFailure?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    // What is called with both is waited for: `await` does so. Whoever only wants to know of the end may do so from within.
    const waiting = typeof onFailure !== 'function' || this.#isDone ? undefined : holdingSpeech();
    if (waiting === undefined) return this.#done.promise.then(onDone, onFailure);
    if (waitsFor(this, waiting)) return Promise.reject<void>(this.#waitsForItself()).then(onDone, onFailure);
    waiting.waitsFor.add(this);
    return this.#done.promise.then(onDone, onFailure);
  }

  #waitsForItself(): Error {
    return new Error(
      `speech ${this.id} waits for the tool that awaits it, and neither would end: await context.waitForPlayout() for what was said before the call`,
    );
  }

  /** The part that is under way now; `playout` settles when it was heard or cut. */
  run(part: SpeechPart, playout: Promise<unknown>): void {
    this.#part = part;
    this.#playout = playout;
    // By a listener of the event that announced it.
    if (this.interrupted) part.cancel();
  }

  get part(): SpeechPart | undefined {
    return this.#part;
  }

  /** Its tools have waited for a task, in which others had the word. */
  get hadTask(): boolean {
    return this.#hadTask;
  }

  /** Its tools wait for a task. */
  get isParked(): boolean {
    return this.#parkedTimes > 0;
  }

  /** A tool of it waits for a task from now on; call the result when it goes on. */
  park(): () => void {
    this.#hadTask = true;
    this.#parkedTimes += 1;
    if (this.#parkedTimes === 1) this.#core.dispatch({ type: 'speech-parked', speechId: this.id, isParked: true });
    return () => {
      this.#parkedTimes -= 1;
      if (this.#parkedTimes === 0) this.#core.dispatch({ type: 'speech-parked', speechId: this.id, isParked: false });
    };
  }

  /** It is stopped; whatever is under way ends. */
  cancel(): void {
    this.link.abort();
    this.#part?.cancel();
  }

  finish(failure?: { readonly error: unknown }): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#part = undefined;
    if (failure === undefined) this.#done.resolve();
    else this.#done.reject(failure.error);
  }
}
