import type { AgentState, UserState } from '../observe/agent-event.js';
import { emptyFloor, type Floor } from '../turn/floor.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { type LearntPauses, nothingLearnt } from '../turn/learnt-pauses.js';
import type { Prediction } from '../turn/prediction.js';
import type { UnheardSpeech } from '../turn/unheard-speech.js';
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
  /**
   * An interim that was taken into the last turn in place of its final, which may still come. Without a text: one that is forgotten, with
   * all that may still come of it.
   */
  readonly committedInterim: { readonly segmentId: string; readonly text: string | undefined } | undefined;
  /** Preemptive replies begun in this turn. */
  readonly preemptiveTries: number;
  /** What this caller's pauses have taught. */
  readonly pauses: LearntPauses;
  /** The voice has begun, and the silence in which the turn detector is asked has not come yet. */
  readonly awaitsPause: boolean;
  readonly prediction: Prediction | undefined;
  /** Predictions asked for so far. */
  readonly predictions: number;
  readonly unheard: UnheardSpeech | undefined;
  /** There was text in the present stretch of speech. */
  readonly hasStretchText: boolean;
  /** It was told that the turn is too long. */
  readonly isLimitTold: boolean;
  readonly floor: Floor;
  /** When the last speech that was heard ended. */
  readonly quietSinceMs: number | undefined;
  /** Until then only a turn that is over interrupts; undefined before the agent's first sound. */
  readonly aecWarmupUntilMs: number | undefined;
  /** The held speech would go on, but for the decision about the user's turn that is still open. */
  readonly isResumeDue: boolean;
  readonly isMuted: boolean;
  /** Tools that run though no turn waits for them. */
  readonly releasedTools: number;
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
  pauses: nothingLearnt,
  awaitsPause: false,
  prediction: undefined,
  predictions: 0,
  unheard: undefined,
  hasStretchText: false,
  isLimitTold: false,
  floor: emptyFloor,
  quietSinceMs: undefined,
  aecWarmupUntilMs: undefined,
  isResumeDue: false,
  isMuted: false,
  releasedTools: 0,
  timers: new Set(),
});
