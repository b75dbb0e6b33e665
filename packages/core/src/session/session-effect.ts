import type { UserTurnExceeded } from '../agent/agent.js';
import type { AgentEvent } from '../observe/agent-event.js';
import type { UnheardSpeech } from '../turn/unheard-speech.js';
import type { TimerName } from './session-event.js';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'createdAt'> : never;
/** An event as the reducer writes it; the runner adds the wall time. */
export type AgentEventBody = WithoutTime<AgentEvent>;

/** What the user said, at the moment in which the turn is decided to be over. Times are the clock's. */
export interface CommittedTurn {
  readonly text: string;
  readonly startedMs: number | undefined;
  readonly stoppedMs: number | undefined;
  readonly finalAtMs: number | undefined;
  readonly committedMs: number;
}

/** What is to be done, as the reducer decided it. */
export type SessionEffect =
  | { readonly type: 'timer-set'; readonly name: TimerName; readonly delayMs: number }
  | { readonly type: 'timer-cancel'; readonly name: TimerName }
  | { readonly type: 'emit'; readonly event: AgentEventBody; readonly atMs: number }
  | { readonly type: 'turn-commit'; readonly turn: CommittedTurn }
  /** Said while the agent went on speaking, and not meant to stop it: remembered, not answered. */
  | { readonly type: 'turn-overheard'; readonly turn: CommittedTurn }
  /** The application's interruption policy threw. */
  | { readonly type: 'policy-failed'; readonly error: unknown }
  /** Begin a reply to this text before the turn is over; replaces one begun earlier. */
  | { readonly type: 'preemptive-start'; readonly text: string }
  | { readonly type: 'preemptive-cancel' }
  | { readonly type: 'speech-authorise'; readonly speechId: string }
  | { readonly type: 'speech-hold'; readonly speechId: string }
  | { readonly type: 'speech-resume'; readonly speechId: string }
  | { readonly type: 'speech-cancel'; readonly speechId: string }
  /** `interrupt()` went no further than this speech, which is protected. */
  | { readonly type: 'interruption-shielded'; readonly speechId: string }
  /** The STT is to finalise what it has. */
  | { readonly type: 'hearing-flush' }
  /** Text that may still change was taken, or dropped, as it stands: what it was made of is not heard again. */
  | { readonly type: 'hearing-settle' }
  /** The STT has said that the user stopped: the VAD begins anew. */
  | { readonly type: 'voice-reset' }
  | { readonly type: 'detector-predict'; readonly id: number; readonly transcript: string; readonly language: string | undefined }
  | { readonly type: 'detector-cancel' }
  | { readonly type: 'detector-reset' }
  /** A final came after the detector had begun anew: it is not asked about it. */
  | { readonly type: 'detector-passed-over' }
  /** Times are the clock's. */
  | { readonly type: 'speech-unheard'; readonly speech: UnheardSpeech }
  /** What the user said is lost. `isAwaited`: they may be waiting for an answer. */
  | { readonly type: 'speech-lost'; readonly error: unknown; readonly isTold: boolean; readonly isAwaited: boolean }
  | { readonly type: 'turn-exceeded'; readonly turn: UserTurnExceeded }
  /** The STT gets silence while a protected speech plays. */
  | { readonly type: 'hearing-mute'; readonly muted: boolean };
