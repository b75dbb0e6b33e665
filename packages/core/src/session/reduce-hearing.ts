import { holderOf } from '../turn/floor.js';
import { learnEnd, learnStart } from '../turn/learnt-pauses.js';
import { beyondTaken } from '../turn/turn-segments.js';
import { startSpeaking, stopSpeaking, takeFinal, takeInterim, type UserTurn } from '../turn/user-turn.js';
import { awaitRequestedFinal, endRequestedVoice, followRequest, takeRequestedFinal } from './reduce-commit.js';
import { delayBounds, onVoiceGoesOn } from './reduce-detector.js';
import { awaitFalseInterruption, considerInterruption } from './reduce-floor.js';
import { endTurnWhenDue, startPreemptively, takeBackPreemptive } from './reduce-turn-end.js';
import { awaitTurnLimit, checkTurnLimit } from './reduce-turn-limit.js';
import { awaitText, onStretchBegins, onText } from './reduce-unheard.js';
import type { SessionEvent } from './session-event.js';
import type { Transition } from './transition.js';

type Interim = Extract<SessionEvent, { readonly type: 'transcript-interim' }>;
type Final = Extract<SessionEvent, { readonly type: 'transcript-final' }>;

export function onVoiceStart(step: Transition, atMs: number): void {
  const { pauses, options } = step.state;
  const turn = withoutStaleEnd(step.state.turn, atMs);
  step.set({ turn: startSpeaking(turn, atMs, step.nowMs), pauses: learnStart(pauses, atMs, delayBounds(options)), isResumeDue: false });
  // Whatever was about to be decided waits for what is said now, unless it is the STT's to decide.
  if (options.sttEnds === 'none' || turn.sttEndedMs === undefined) {
    step.cancelTimer('endpointing');
    step.cancelTimer('interim-commit');
  }
  step.cancelTimer('false-interruption');
  followRequest(step, atMs);
  onStretchBegins(step);
  onVoiceGoesOn(step);
  awaitTurnLimit(step);
  setUserState(step, 'speaking', atMs);
}

/** An end that the STT told while there was no text is no end of what is said after it. */
const withoutStaleEnd = (turn: UserTurn, atMs: number): UserTurn =>
  turn.sttEndedMs !== undefined && turn.sttEndedMs < atMs && turn.text === '' ? { ...turn, sttEndedMs: undefined } : turn;

export function onVoiceProgress(step: Transition, speechMs: number): void {
  if (!step.state.turn.isSpeaking) return;
  step.set({ turn: { ...step.state.turn, speechMs } });
  onVoiceGoesOn(step);
  considerInterruption(step, false);
}

export function onVoiceEnd(step: Transition, atMs: number): void {
  endVoice(step, atMs);
  if (!endRequestedVoice(step, atMs)) endTurnWhenDue(step);
}

/** The user is silent; what that means for the turn is another question. */
export function endVoice(step: Transition, atMs: number): void {
  const { turn, pauses, options } = step.state;
  step.set({ turn: stopSpeaking(turn, atMs), pauses: learnEnd(pauses, atMs, delayBounds(options)) });
  step.cancelTimer('turn-limit');
  setUserState(step, 'listening', atMs);
  awaitText(step, atMs);
  awaitFalseInterruption(step);
}

export function onInterim(step: Transition, event: Interim): void {
  const { text, segmentId } = event;
  // One that says nothing is told only where it takes back what was told.
  if (text !== '' || step.state.turn.segments.some((known) => known.segmentId === segmentId && known.text !== ''))
    tellTranscript(step, event, false);
  if (step.state.settled.some((segment) => segment.segmentId === segmentId)) return;
  const { turn } = step.state;
  step.set({ turn: { ...takeInterim(turn, { segmentId, text }), language: event.language ?? turn.language } });
  if (text !== '') onText(step);
  if (step.state.turn.text === '') takeBackPreemptive(step);
  checkTurnLimit(step);
  considerInterruption(step, false);
  awaitRequestedFinal(step);
  endTurnWhenDue(step);
}

export function onFinal(step: Transition, event: Final): void {
  if (event.text !== '') tellTranscript(step, event, true);
  const { settled, turn: before } = step.state;
  const { segmentId, endedMs } = event;
  const text = newText(step, event);
  const turn = { ...takeFinal(before, { segmentId, text, endedMs }, step.nowMs), language: event.language ?? before.language };
  step.set({ turn, settled: settled.filter((segment) => segment.segmentId !== segmentId) });
  if (event.text !== '') onText(step);
  if (turn.text === '') takeBackPreemptive(step);
  if (text !== '') checkTurnLimit(step);
  if (takeRequestedFinal(step, event)) return;
  if (text === '') return endTurnWhenDue(step);
  const wasFree = holderOf(step.state.floor) === undefined;
  considerInterruption(step, true);
  // With a speech still on the floor there is nothing to be gained, and it may yet be decided that it goes on.
  if (wasFree) startPreemptively(step, step.state.turn.text);
  endTurnWhenDue(step);
}

/** What comes later than so long after the clear is heard again, whatever times the STT gives it. */
const forgetMs = 5000;

/** What a final says that was neither taken before, as an interim, nor is to be forgotten. */
function newText({ state, nowMs }: Transition, { segmentId, text, endedMs }: Final): string {
  const settled = state.settled.find((segment) => segment.segmentId === segmentId);
  if (settled !== undefined) return settled.text === undefined ? '' : beyondTaken(settled.text, text);
  const { forgottenUntilMs = -Infinity } = state;
  return endedMs <= forgottenUntilMs && nowMs <= forgottenUntilMs + forgetMs ? '' : text;
}

function tellTranscript(step: Transition, event: Interim | Final, isFinal: boolean): void {
  endAway(step);
  const { segmentId, text, language, speaker } = event;
  step.emit({
    type: 'user-input-transcribed',
    segmentId,
    transcript: text,
    isFinal,
    ...(language === undefined ? {} : { language }),
    ...(speaker === undefined ? {} : { speaker }),
  });
}

/** Whoever says or writes something is there. */
export function endAway(step: Transition): void {
  if (step.state.user === 'away') setUserState(step, 'listening', step.nowMs);
}

function setUserState(step: Transition, newState: 'listening' | 'speaking', atMs: number): void {
  const oldState = step.state.user;
  if (oldState === newState) return;
  step.emit({ type: 'user-state-changed', oldState, newState }, atMs);
  step.set({ user: newState });
}
