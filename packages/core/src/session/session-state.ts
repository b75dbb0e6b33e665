import type { AgentState, UserState } from '../observe/agent-event.js';
import { emptyFloor, type Floor } from '../turn/floor.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { emptyUserTurn, type UserTurn } from '../turn/user-turn.js';
import type { TimerName } from './session-event.js';

/** All that decides what happens next. */
export interface SessionState {
  readonly options: TurnOptions;
  readonly hasVad: boolean;
  readonly isClosing: boolean;
  readonly agent: AgentState;
  readonly user: UserState;
  readonly turn: UserTurn;
  /** Preemptive replies begun in this turn. */
  readonly preemptiveTries: number;
  readonly floor: Floor;
  readonly isMuted: boolean;
  readonly timers: ReadonlySet<TimerName>;
}

export const initialState = (options: TurnOptions, hasVad: boolean): SessionState => ({
  options,
  hasVad,
  isClosing: false,
  agent: 'initializing',
  user: 'listening',
  turn: emptyUserTurn,
  preemptiveTries: 0,
  floor: emptyFloor,
  isMuted: false,
  timers: new Set(),
});
