import { AbortError, realClock } from '@parley/core/provider-kit';
import { createLeakCheck } from '@parley/core/testing';
import { quiet } from '../clock/quiet.js';
import { TrialClock } from '../clock/trial-clock.js';
import { shown, Violation } from '../rules/violation.js';
import type { Figures } from '../run/figures.js';
import { closeInstance } from '../subject/close-instance.js';
import { nowhere } from '../subject/nowhere.js';
import type { HeardOf, InstanceOf, ProvableKind, StepOf } from '../subject/provables.js';
import type { CreateSettings, Subject } from '../subject/subject.js';
import { type Play, type PlayedVendor, type PlayOptions, playVendor } from '../wire/play-vendor.js';
import { OwnedThings } from './owned-things.js';
import { Reading } from './reading.js';
import type { Trial } from './trial.js';
import type { TrialCall, TrialCallOptions } from './trial-call.js';
import { TrialLog } from './trial-log.js';
import { failureOf, holds, settled, settlesOnClock } from './trial-waits.js';

/** What closes and does not say that it has closed is left after so much real time. */
const closeMs = 2000;

/** A trial with its end, which closes all that it opened. */
export interface OpenTrial<Kind extends ProvableKind> extends Trial<Kind>, AsyncDisposable {
  /** All that was measured; undefined: nothing. */
  readonly figures: Figures | undefined;
}

export interface TrialOptions {
  /** Real time that is waited for what comes of sockets and promises, where a rule says no other. Default 5,000. */
  readonly patienceMs?: number | undefined;
  /** `short`: what is done over and over is done a twentieth as often. Default `full`. */
  readonly effort?: 'full' | 'short' | undefined;
}

export function openTrial<Kind extends ProvableKind>(subject: Subject<Kind>, options: TrialOptions = {}): OpenTrial<Kind> {
  return new SubjectTrial(subject, options);
}

class SubjectTrial<Kind extends ProvableKind> implements OpenTrial<Kind> {
  readonly subject: Subject<Kind>;
  readonly clock = new TrialClock();
  readonly #log = new TrialLog();
  readonly #owned = new OwnedThings();
  readonly #leaks = createLeakCheck();
  readonly #patienceMs: number;
  readonly #effort: 'full' | 'short';
  #calls = 0;
  #figures: Figures | undefined;

  constructor(subject: Subject<Kind>, { patienceMs = 5000, effort = 'full' }: TrialOptions) {
    this.subject = subject;
    this.#patienceMs = patienceMs;
    this.#effort = effort;
  }

  get log(): TrialLog['lines'] {
    return this.#log.lines;
  }

  async create(settings: Partial<CreateSettings> = nowhere): Promise<InstanceOf<Kind>> {
    const instance = await this.subject.create({ clock: this.clock, ...settings });
    this.#owned.add({ [Symbol.asyncDispose]: () => closeInstance(instance) });
    return instance;
  }

  async play(play: Play<HeardOf<Kind>, StepOf<Kind>>, options: PlayOptions = {}): Promise<PlayedVendor<HeardOf<Kind>>> {
    const { wire } = this.subject;
    if (wire === undefined) throw new TypeError('this subject has no wire: a rule that plays a vendor is left out for it');
    return this.#owned.add(await playVendor(wire, play, options));
  }

  call({ clock = 'trial', callId }: TrialCallOptions = {}): TrialCall {
    const controller = new AbortController();
    const abort = () => controller.abort(new AbortError());
    this.#owned.add({ [Symbol.asyncDispose]: async () => abort() });
    this.#calls += 1;
    return {
      abort,
      options: {
        signal: controller.signal,
        clock: clock === 'real' ? realClock : this.clock,
        logger: this.#log,
        sessionId: 'session-1',
        callId: callId ?? `call-${this.#calls}`,
      },
    };
  }

  read<Event>(stream: AsyncIterable<Event>): Reading<Event> {
    const reading = new Reading(stream);
    this.#owned.add({ [Symbol.asyncDispose]: () => reading.leave() });
    return reading;
  }

  own<Owned extends AsyncDisposable>(owned: Owned): Owned {
    return this.#owned.add(owned);
  }

  settled<T>(what: string, promise: Promise<T>, realMs = this.#patienceMs): Promise<T> {
    return settled({ what, promise, realMs });
  }

  settlesWithin<T>(what: string, promise: Promise<T>, withinMs: number): Promise<T> {
    return settlesOnClock({ what, promise, withinMs, clock: this.clock });
  }

  holds(what: string, condition: () => boolean, realMs = this.#patienceMs): Promise<void> {
    return holds({ what, condition, realMs });
  }

  failure(what: string, promise: Promise<unknown>, realMs = this.#patienceMs): Promise<unknown> {
    return failureOf({ what, promise, realMs });
  }

  pass(durationMs: number): Promise<void> {
    return this.clock.pass(durationMs);
  }

  quiet(): Promise<void> {
    return quiet();
  }

  measured(figures: Figures): void {
    this.#figures = { ...this.#figures, ...figures };
  }

  get figures(): Figures | undefined {
    return this.#figures;
  }

  times(count: number): number {
    return this.#effort === 'full' ? count : Math.ceil(count / 20);
  }

  async nothingLeftOpen(): Promise<void> {
    const { pendingTimers } = this.clock;
    if (pendingTimers > 0) throw new Violation(`${pendingTimers} timer(s) are left on the clock that the calls were given`);
    try {
      await this.#leaks.assertNothingOpen();
    } catch (error) {
      throw new Violation(error instanceof Error ? error.message : shown(error));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.close(closeMs);
    this.#leaks[Symbol.dispose]();
  }
}
