import { AgentEventEmitter } from '../observe/emitter.js';
import type { Clock } from '../provider/clock.js';
import type { Logger } from '../provider/logger.js';
import { reduceSession } from './reduce-session.js';
import type { AgentEventBody, SessionEffect } from './session-effect.js';
import type { SessionEvent, TimerName } from './session-event.js';
import type { SessionState } from './session-state.js';

/** Effects that the runners perform; timers and events are the core's own. */
export type RunnerEffect = Exclude<SessionEffect, { readonly type: 'timer-set' | 'timer-cancel' | 'emit' }>;

/** Those who act for the reducer. */
export interface Runners {
  readonly perform: (effect: RunnerEffect) => void;
  /** Called whenever all that was to be done for now has been done. */
  readonly onSettled: () => void;
  /** An effect could not be performed. */
  readonly onFailure: (error: unknown) => void;
}

/** Holds a session's state: takes events one after another through the reducer, and has what it decides done. */
export class SessionCore {
  readonly logger: Logger;
  readonly emitter: AgentEventEmitter;
  readonly #clock: Clock;
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: SessionEvent[] = [];
  /** Wall time at the clock's 0. */
  readonly #epochMs: number;
  #state: SessionState;
  #isBusy = false;
  #runners: Runners = { perform: () => {}, onSettled: () => {}, onFailure: () => {} };
  #isClosed = false;

  constructor(options: { readonly clock: Clock; readonly logger: Logger; readonly state: SessionState }) {
    this.#clock = options.clock;
    this.#state = options.state;
    this.logger = options.logger;
    this.emitter = new AgentEventEmitter(options.logger);
    this.#epochMs = options.clock.date().getTime() - options.clock.now();
  }

  get state(): SessionState {
    return this.#state;
  }

  connect(runners: Runners): void {
    this.#runners = runners;
  }

  /** The clock's time as wall time, to the microsecond. */
  toWall(clockMs: number): number {
    return Math.round((this.#epochMs + clockMs) * 1000) / 1000;
  }

  /** @param atMs When it happened, on the clock; now, if not given. */
  emit(event: AgentEventBody, atMs = this.#clock.now()): void {
    if (!this.#isClosed) this.emitter.emit({ ...event, createdAt: this.toWall(atMs) });
  }

  /** No more events. */
  close(): void {
    this.#isClosed = true;
    this.emitter.close();
  }

  /** Takes the event at once, or after those being taken: what is done for one may bring about the next. */
  dispatch(event: SessionEvent): void {
    this.#queue.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#isBusy = false;
    }
    this.#runners.onSettled();
  }

  #take(event: SessionEvent): void {
    const { state, effects } = reduceSession(this.#state, event, this.#clock.now());
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  /** What a runner throws, code of the application's in most cases, harms neither the other effects nor whoever dispatched. */
  #do(effect: SessionEffect): void {
    if (effect.type === 'emit') return this.emit(effect.event, effect.atMs);
    if (effect.type === 'timer-set') return this.#setTimer(effect.name, effect.delayMs);
    if (effect.type === 'timer-cancel') return this.#cancelTimer(effect.name);
    try {
      this.#runners.perform(effect);
    } catch (error) {
      this.#runners.onFailure(error);
    }
  }

  #setTimer(name: TimerName, delayMs: number): void {
    this.#cancelTimer(name);
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(name);
      this.dispatch({ type: 'timer', name });
    });
    this.#timers.set(name, cancel);
  }

  #cancelTimer(name: TimerName): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}
