import type { SessionContext } from './session-context.js';
import type { Speech } from './speech.js';

/** What broke a reply. */
export interface StepFailure {
  readonly source: 'llm' | 'tts' | 'audio-output';
  readonly error: unknown;
  /** On the clock. */
  readonly atMs: number;
  /** An event has told of it already: it was not the end of what is heard. */
  readonly isTold: boolean;
}

/** Tells of what breaks a reply when it breaks, and not when what can still be heard of the reply has ended. Keeps the first failure. */
export class FailureTeller {
  readonly #context: SessionContext;
  readonly #speech: Speech;
  #first: StepFailure | undefined;

  constructor(context: SessionContext, speech: Speech) {
    this.#context = context;
    this.#speech = speech;
  }

  get first(): StepFailure | undefined {
    return this.#first;
  }

  /**
   * @param isEnd The reply ends with it: whoever ends it tells.
   * @param goesOn The speech goes on after the reply, with tools that it has called.
   */
  note(
    source: StepFailure['source'],
    error: unknown,
    { isEnd, goesOn = false }: { readonly isEnd: boolean; readonly goesOn?: boolean },
  ): void {
    if (this.#first !== undefined) return;
    const isTold = !isEnd && !this.#speech.interrupted;
    this.#first = { source, error, atMs: this.#context.clock.now(), isTold };
    if (isTold) this.#context.tell({ source, error, recoverable: goesOn || this.#speech.source === 'reply-failed' });
  }
}
