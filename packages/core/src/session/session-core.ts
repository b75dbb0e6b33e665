import { AgentEventEmitter } from '../observe/emitter.js';
import type { Clock } from '../provider/clock.js';
import type { Logger } from '../provider/logger.js';
import { reduceSession } from './reduce-session.js';
import type { AgentEventBody, SessionEffect } from './session-effect.js';
import type { SessionEventBody, TimerName } from './session-event.js';
import type { SessionState } from './session-state.js';

/** Effects that the runners perform; timers and events are the core's own. */
export type RunnerEffect = Exclude<SessionEffect, { readonly type: 'timer-set' | 'timer-cancel' | 'emit' }>;

/** Holds a session's state: takes events one after another through the reducer, and has what it decides done. */
export class SessionCore {
  readonly emitter: AgentEventEmitter;
  readonly #clock: Clock;
  readonly #timers = new Map<TimerName, () => void>();
  readonly #queue: SessionEventBody[] = [];
  /** Wall time at the clock's 0. */
  readonly #epochMs: number;
  #state: SessionState;
  #isBusy = false;
  #perform: (effect: RunnerEffect) => void = () => {};
  #onSettled: () => void = () => {};

  constructor(options: { readonly clock: Clock; readonly logger: Logger; readonly state: SessionState }) {
    this.#clock = options.clock;
    this.#state = options.state;
    this.emitter = new AgentEventEmitter(options.logger);
    this.#epochMs = options.clock.date().getTime() - options.clock.now();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** @param runners.onSettled Called whenever all that was to be done for now has been done. */
  connect(runners: { readonly perform: (effect: RunnerEffect) => void; readonly onSettled: () => void }): void {
    this.#perform = runners.perform;
    this.#onSettled = runners.onSettled;
  }

  /** The clock's time as wall time, to the microsecond. */
  toWall(clockMs: number): number {
    return Math.round((this.#epochMs + clockMs) * 1000) / 1000;
  }

  /** @param atMs When it happened, on the clock; now, if not given. */
  emit(event: AgentEventBody, atMs = this.#clock.now()): void {
    this.emitter.emit({ ...event, createdAt: this.toWall(atMs) });
  }

  /** Takes the event at once, or after those being taken: what is done for one may bring about the next. */
  dispatch(event: SessionEventBody): void {
    this.#queue.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#isBusy = false;
    }
    this.#onSettled();
  }

  #take(event: SessionEventBody): void {
    const { state, effects } = reduceSession(this.#state, { ...event, nowMs: this.#clock.now() });
    this.#state = state;
    for (const effect of effects) {
      if (effect.type === 'emit') this.emit(effect.event, effect.atMs);
      else if (effect.type === 'timer-set') this.#setTimer(effect.name, effect.delayMs);
      else if (effect.type === 'timer-cancel') this.#cancelTimer(effect.name);
      else this.#perform(effect);
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
