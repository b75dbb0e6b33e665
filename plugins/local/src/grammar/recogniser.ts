import { APIConnectionError } from '@parley/core/provider';
import type { GrammarLease, SilenceLimits, Utterance, Vocabulary } from './grammar-worker-client.js';

export interface RecogniserSetup {
  readonly vocabulary: Vocabulary;
  readonly limits: SilenceLimits;
  readonly lease: GrammarLease;
}

let nextCall = 0;

/** One call's side of the recogniser's worker. It takes a pair of decoders with its first audio, and gives it back when it is disposed. */
export class Recogniser implements Disposable {
  readonly #setup: RecogniserSetup;
  readonly #sessionId: string;
  readonly #signal: AbortSignal;
  readonly #callKey = `call-${nextCall++}`;
  /** How often the worker had ended when this call was opened there. */
  #openedAt: number | undefined;

  constructor(setup: RecogniserSetup, options: { readonly sessionId: string; readonly signal: AbortSignal }) {
    this.#setup = setup;
    this.#sessionId = options.sessionId;
    this.#signal = options.signal;
  }

  /** Settles when the samples are decoded, with the words so far. The first one waits until decoders are free. */
  async feed(samples: Int16Array): Promise<string> {
    const { lease, vocabulary } = this.#setup;
    if (this.#openedAt === undefined) {
      this.#openedAt = lease.ends;
      await lease.ask({ type: 'open', callKey: this.#callKey, sessionId: this.#sessionId, vocabulary }, this.#signal);
    }
    this.#assertSameWorker();
    const { text } = await lease.ask({ type: 'audio', callKey: this.#callKey, samples }, this.#signal);
    return text ?? '';
  }

  /** Ends the utterance; the next samples begin another. Nothing, if nothing was fed. */
  async finish(): Promise<Utterance | undefined> {
    if (this.#openedAt === undefined) return undefined;
    this.#assertSameWorker();
    const { lease, limits } = this.#setup;
    const { utterance } = await lease.ask({ type: 'finish', callKey: this.#callKey, limits }, this.#signal);
    return utterance;
  }

  [Symbol.dispose](): void {
    if (this.#openedAt !== undefined) this.#setup.lease.tell({ type: 'drop', callKey: this.#callKey });
  }

  /** A worker that ended between two requests has left nobody waiting who would hear of it, and the next one knows nothing of this call. */
  #assertSameWorker(): void {
    if (this.#openedAt === this.#setup.lease.ends) return;
    throw new APIConnectionError('the recogniser ended in the middle of an utterance', { provider: 'local' });
  }
}
