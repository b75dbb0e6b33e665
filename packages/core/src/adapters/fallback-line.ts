import { APIError, isAPIError } from '../provider/api-error.js';
import type { CallOptions } from '../provider/call-options.js';
import type { Clock } from '../provider/clock.js';
import { linkSignals } from '../stream/linked-signal.js';

/** A model of a fallback adapter cannot be used any more, or can be again. */
export interface AvailabilityChange {
  readonly provider: string;
  readonly model: string;
  readonly isAvailable: boolean;
}

/** What all fallback adapters have beside being a model. */
export interface FallbackAvailability {
  /** Each model and whether it is used, in order of preference. */
  readonly availability: readonly AvailabilityChange[];
  /** Called at each change. Returns a function that takes the listener back. */
  onAvailabilityChanged(listener: (change: AvailabilityChange) => void): () => void;
}

/** A model as an adapter sees it. */
interface Member {
  readonly provider: string;
  readonly model: string;
  prewarm?(options: { readonly signal: AbortSignal; readonly clock: Clock }): Promise<void>;
  close?(): Promise<void>;
}

/** For a probe to show that a model works again. */
const probeMs = 10_000;

/** The models of one adapter in order of preference, which of them work, and the probes that find out when one does again. */
export class FallbackLine<Model extends Member> {
  readonly models: readonly Model[];
  readonly #probe: (model: Model, request: CallOptions) => Promise<void>;
  readonly #unavailable = new Set<Model>();
  readonly #probing = new Set<Model>();
  readonly #listeners = new Set<(change: AvailabilityChange) => void>();
  /** Ends the probes. */
  readonly #link = linkSignals();

  /**
   * @param probe Makes a small call of its own, with nothing of the caller's in it, and rejects if the model does not work. Ends soon after
   * its signal has fired, whatever the model does.
   * @throws {TypeError} There are fewer than two models.
   */
  constructor(name: string, models: readonly Model[], probe: (model: Model, request: CallOptions) => Promise<void>) {
    if (!Array.isArray(models) || models.length < 2) throw new TypeError(`${name}: option "models" must be a list of two or more`);
    this.models = models;
    this.#probe = probe;
  }

  /** As the model's name of an adapter. */
  get name(): string {
    return this.models.map(({ provider, model }) => `${provider}/${model}`).join(', ');
  }

  get availability(): readonly AvailabilityChange[] {
    return this.models.map((model) => this.#describe(model));
  }

  /** Those to be tried for a call, best first: the ones that work, or all if none does. The others are probed meanwhile. */
  begin(request: CallOptions): readonly Model[] {
    for (const model of this.#unavailable) void this.#recover(model, request);
    const working = this.models.filter((model) => !this.#unavailable.has(model));
    return working.length === 0 ? this.models : working;
  }

  /** It failed: it is not used again before a probe, or a call that had no other choice, has shown that it works. */
  failed(model: Model, request: CallOptions): void {
    if (!this.#unavailable.has(model)) {
      this.#unavailable.add(model);
      this.#tell(model, request);
    }
    void this.#recover(model, request);
  }

  worked(model: Model, request: CallOptions): void {
    if (this.#unavailable.delete(model)) this.#tell(model, request);
  }

  onAvailabilityChanged(listener: (change: AvailabilityChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The failure of all that were tried. */
  exhausted(failures: readonly unknown[]): APIError {
    const last = failures.at(-1);
    return new APIError(`all ${failures.length} models failed, the last with: ${last instanceof Error ? last.message : String(last)}`, {
      kind: isAPIError(last) ? last.kind : 'connection',
      provider: 'fallback',
      retryable: failures.some((error) => !isAPIError(error) || error.retryable),
      cause: last,
    });
  }

  /** Of the first: the others are there for when it fails. */
  async prewarm(options: { readonly signal: AbortSignal; readonly clock: Clock }): Promise<void> {
    await this.models[0]?.prewarm?.(options);
  }

  /** Ends the probes, and closes all models. */
  async close(): Promise<void> {
    this.#link.abort();
    await Promise.all(this.models.map(async (model) => model.close?.()));
  }

  /** One probe of a model at a time. Never rejects: that it failed is what was known before. */
  async #recover(model: Model, request: CallOptions): Promise<void> {
    if (this.#probing.has(model) || this.#link.aborted) return;
    this.#probing.add(model);
    using link = linkSignals(this.#link);
    const { clock, logger, sessionId, callId } = request;
    const cancel = clock.after(probeMs, () => link.abort());
    try {
      await this.#probe(model, { clock, logger, sessionId, callId: `${callId}-probe`, signal: link.signal });
      if (!link.aborted) this.worked(model, request);
    } catch {
      // It stays where it is: the next call has it probed again.
    } finally {
      cancel();
      link.abort();
      this.#probing.delete(model);
    }
  }

  #describe(model: Model): AvailabilityChange {
    return { provider: model.provider, model: model.model, isAvailable: !this.#unavailable.has(model) };
  }

  #tell(model: Model, { logger }: CallOptions): void {
    const change = this.#describe(model);
    logger.log('warn', `${change.provider}/${change.model} is ${change.isAvailable ? 'available again' : 'not available'}`);
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        logger.log('error', 'a listener of onAvailabilityChanged failed', {
          error: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }
}
