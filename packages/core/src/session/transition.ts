import type { AgentEventBody, SessionEffect } from './session-effect.js';
import type { TimerName } from './session-event.js';
import { copyOfState, type SessionState } from './session-state.js';

/** One step of the reducer while it is being worked out: the state so far and what is to be done. Never leaves the reducer. */
export class Transition {
  #state: SessionState;
  /** Whether the state is this step's own already; each step copies it once at most. */
  #isCopy = false;
  readonly effects: SessionEffect[] = [];
  readonly nowMs: number;

  constructor(state: SessionState, nowMs: number) {
    this.#state = state;
    this.nowMs = nowMs;
  }

  get state(): SessionState {
    return this.#state;
  }

  set(change: Partial<SessionState>): void {
    this.#state = Object.assign(this.#isCopy ? this.#state : copyOfState(this.#state), change);
    this.#isCopy = true;
  }

  do(effect: SessionEffect): void {
    this.effects.push(effect);
  }

  /** @param atMs When it happened, on the clock; now, if not given. */
  emit(event: AgentEventBody, atMs = this.nowMs): void {
    this.effects.push({ type: 'emit', event, atMs });
  }

  /** Sets the timer anew. */
  setTimer(name: TimerName, delayMs: number): void {
    this.set({ timers: new Set([...this.state.timers, name]) });
    this.do({ type: 'timer-set', name, delayMs });
  }

  cancelTimer(name: TimerName): void {
    if (!this.state.timers.has(name)) return;
    this.forgetTimer(name);
    this.do({ type: 'timer-cancel', name });
  }

  /** The timer has fired. */
  forgetTimer(name: TimerName): void {
    const timers = new Set(this.state.timers);
    timers.delete(name);
    this.set({ timers });
  }
}
