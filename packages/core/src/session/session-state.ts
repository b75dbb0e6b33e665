import type { AgentState, UserState } from '../observe/agent-event.js';
import type { CommitRequest } from '../turn/commit-request.js';
import { emptyFloor, type Floor } from '../turn/floor.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { type LearntPauses, nothingLearnt } from '../turn/learnt-pauses.js';
import type { Prediction } from '../turn/prediction.js';
import type { UnheardSpeech } from '../turn/unheard-speech.js';
import type { SettledSegment } from '../turn/turn-segments.js';
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
  /** Segments that were taken into an earlier turn, or forgotten, before their finals came. */
  readonly settled: readonly SettledSegment[];
  /** What was said until then is forgotten, whenever its text may come. */
  readonly forgottenUntilMs: number | undefined;
  /** The application has asked for the end of the turn, and some of it may still be on its way. */
  readonly commit: CommitRequest | undefined;
  /** Preemptive replies begun in this turn, and what the one answers that was not called off. */
  readonly preemptiveTries: number;
  readonly preemptiveText: string | undefined;
  /** What this caller's pauses have taught. */
  readonly pauses: LearntPauses;
  /** The voice has begun, and the silence in which the turn detector is asked has not come yet. */
  readonly awaitsPause: boolean;
  readonly prediction: Prediction | undefined;
  /** The turn detector has begun anew, and no voice was heard since. */
  readonly hasHeardNothing: boolean;
  /** It was told that the detector is passed over for a text that is too late. */
  readonly isLateTold: boolean;
  /** Predictions asked for so far. */
  readonly predictions: number;
  readonly unheard: UnheardSpeech | undefined;
  /** There was text in the present stretch of speech. */
  readonly hasStretchText: boolean;
  /** It was told that the turn is too long. */
  readonly isLimitTold: boolean;
  readonly floor: Floor;
  /** The speeches that were talked over when the interruption policy last failed: told once for these. */
  readonly policyFailedFor: string | undefined;
  /** When the last speech that was heard ended. */
  readonly quietSinceMs: number | undefined;
  /** The agent's first sound in this call: when its echo may first be heard. */
  readonly firstSoundMs: number | undefined;
  /** Since when the timeout of a false interruption runs. */
  readonly suspectedSinceMs: number | undefined;
  /** The held speech would go on, but for the decision about the user's turn that is still open. */
  readonly isResumeDue: boolean;
  readonly isMuted: boolean;
  /** Tools that run though no turn waits for them. */
  readonly releasedTools: number;
  /** Since when both sides have been quiet, with nothing under way. */
  readonly restingSinceMs: number | undefined;
  readonly timers: ReadonlySet<TimerName>;
}

export const initialState = (options: TurnOptions, hasVad: boolean): SessionState => ({
  options,
  hasVad,
  isClosing: false,
  agent: 'initializing',
  user: 'listening',
  turn: emptyUserTurn,
  settled: [],
  forgottenUntilMs: undefined,
  commit: undefined,
  preemptiveTries: 0,
  preemptiveText: undefined,
  pauses: nothingLearnt,
  awaitsPause: false,
  prediction: undefined,
  predictions: 0,
  hasHeardNothing: false,
  isLateTold: false,
  unheard: undefined,
  hasStretchText: false,
  isLimitTold: false,
  floor: emptyFloor,
  policyFailedFor: undefined,
  quietSinceMs: undefined,
  firstSoundMs: undefined,
  suspectedSinceMs: undefined,
  isResumeDue: false,
  isMuted: false,
  releasedTools: 0,
  restingSinceMs: undefined,
  timers: new Set(),
});

/** Field by field, none of them optional: V8 takes 20 to 30 times as long for a spread of so many, and every step makes a copy. */
export const copyOfState = (state: SessionState): SessionState => ({
  options: state.options,
  hasVad: state.hasVad,
  isClosing: state.isClosing,
  agent: state.agent,
  user: state.user,
  turn: state.turn,
  settled: state.settled,
  forgottenUntilMs: state.forgottenUntilMs,
  commit: state.commit,
  preemptiveTries: state.preemptiveTries,
  preemptiveText: state.preemptiveText,
  pauses: state.pauses,
  awaitsPause: state.awaitsPause,
  prediction: state.prediction,
  hasHeardNothing: state.hasHeardNothing,
  isLateTold: state.isLateTold,
  predictions: state.predictions,
  unheard: state.unheard,
  hasStretchText: state.hasStretchText,
  isLimitTold: state.isLimitTold,
  floor: state.floor,
  policyFailedFor: state.policyFailedFor,
  quietSinceMs: state.quietSinceMs,
  firstSoundMs: state.firstSoundMs,
  suspectedSinceMs: state.suspectedSinceMs,
  isResumeDue: state.isResumeDue,
  isMuted: state.isMuted,
  releasedTools: state.releasedTools,
  restingSinceMs: state.restingSinceMs,
  timers: state.timers,
});
