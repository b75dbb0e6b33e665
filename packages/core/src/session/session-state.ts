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
  /** Segment of the turn's interim text. */
  readonly interimSegmentId: string | undefined;
  /** An interim that was taken into the last turn in place of its final, which may still come. */
  readonly committedInterim: { readonly segmentId: string; readonly text: string } | undefined;
  /** Preemptive replies begun in this turn. */
  readonly preemptiveTries: number;
  readonly floor: Floor;
  /** When the last speech that was heard ended. */
  readonly quietSinceMs: number | undefined;
  /** Until then only a turn that is over interrupts; undefined before the agent's first sound. */
  readonly aecWarmupUntilMs: number | undefined;
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
  interimSegmentId: undefined,
  committedInterim: undefined,
  preemptiveTries: 0,
  floor: emptyFloor,
  quietSinceMs: undefined,
  aecWarmupUntilMs: undefined,
  isMuted: false,
  timers: new Set(),
});
