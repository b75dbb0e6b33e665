import { holderOf, interruptibleSpeeches } from '../turn/floor.js';
import { learnEnd, learnStart } from '../turn/learnt-pauses.js';
import {
  checkEndOfTurn,
  emptyUserTurn,
  isFinalDue,
  startSpeaking,
  stopSpeaking,
  takeFinal,
  turnText,
  type UserTurn,
} from '../turn/user-turn.js';
import { askDetector, delayBounds, endDetection, endpointingDelayMs, onVoiceGoesOn } from './reduce-detector.js';
import {
  awaitFalseInterruption,
  considerInterruption,
  dropOutdatedReplies,
  interruptionVerdict,
  onFalseInterruption,
  stopForUser,
} from './reduce-floor.js';
import { awaitTurnLimit, checkTurnLimit } from './reduce-turn-limit.js';
import { awaitText, forgetUnheard, onStretchBegins, onText } from './reduce-unheard.js';
import type { SessionEvent } from './session-event.js';
import type { SessionState } from './session-state.js';
import type { Transition } from './transition.js';

type Transcript = Extract<SessionEvent, { readonly type: 'transcript-interim' | 'transcript-final' }>;

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
  onStretchBegins(step);
  onVoiceGoesOn(step);
  awaitTurnLimit(step);
  setUserState(step, 'speaking', atMs);
}

/** An end that the STT told while there was no text is no end of what is said after it. */
const withoutStaleEnd = (turn: UserTurn, atMs: number): UserTurn =>
  turn.sttEndedMs !== undefined && turn.sttEndedMs < atMs && turnText(turn) === '' ? { ...turn, sttEndedMs: undefined } : turn;

export function onVoiceProgress(step: Transition, speechMs: number): void {
  if (!step.state.turn.isSpeaking) return;
  step.set({ turn: { ...step.state.turn, speechMs } });
  onVoiceGoesOn(step);
  considerInterruption(step, false);
}

export function onVoiceEnd(step: Transition, atMs: number): void {
  endVoice(step, atMs);
  endTurnWhenDue(step);
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

export function onInterim(step: Transition, event: Transcript): void {
  tellTranscript(step, event, false);
  if (step.state.committedInterim?.segmentId === event.segmentId) return;
  const { turn } = step.state;
  const { text: interim, language = turn.language, segmentId } = event;
  step.set({ turn: { ...turn, interim, language }, interimSegmentId: segmentId });
  if (interim !== '') onText(step);
  checkTurnLimit(step);
  considerInterruption(step, false);
  endTurnWhenDue(step);
}

export function onFinal(step: Transition, event: Transcript): void {
  if (event.text !== '') tellTranscript(step, event, true);
  const text = beyondCommitted(step.state, event);
  const turn = { ...takeFinal(step.state.turn, text, step.nowMs), language: event.language ?? step.state.turn.language };
  // The final of another segment says nothing of the one that was committed early: that one's may still come.
  const isCommitted = step.state.committedInterim?.segmentId === event.segmentId;
  step.set({ turn, interimSegmentId: undefined, ...(isCommitted ? { committedInterim: undefined } : {}) });
  if (event.text !== '') onText(step);
  if (text === '') return endTurnWhenDue(step);
  checkTurnLimit(step);
  // It was asked to end, and this is what was waited for.
  if (step.state.timers.has('manual-commit')) return commitTurn(step, { isAsked: true });
  const wasFree = holderOf(step.state.floor) === undefined;
  considerInterruption(step, true);
  // With a speech still on the floor there is nothing to be gained, and it may yet be decided that it goes on.
  if (wasFree) startPreemptively(step, turnText(step.state.turn));
  endTurnWhenDue(step);
}

/** How long a final still due is waited for when the application asks for the end of the turn. Turn-taking rules, the user's turn ends, 2. */
const manualCommitMs = 500;

/** The application asks for the end of the turn: at once, or with the final still due, if that comes soon. */
export function commitOnRequest(step: Transition): void {
  if (step.state.isClosing || !isFinalDue(step.state.turn, step.nowMs)) return commitNow(step);
  step.do({ type: 'hearing-flush' });
  step.setTimer('manual-commit', manualCommitMs);
}

/** Commits what there is: asked for by the application. */
export function commitNow(step: Transition): void {
  if (turnText(step.state.turn) !== '') commitTurn(step, { isAsked: true });
}

export function clearTurn(step: Transition): void {
  const { interimSegmentId } = step.state;
  cancelEnd(step);
  step.do({ type: 'preemptive-cancel' });
  endDetection(step);
  forgetUnheard(step);
  // What is still to come of a text that is forgotten is forgotten too.
  const committedInterim = interimSegmentId === undefined ? step.state.committedInterim : { segmentId: interimSegmentId, text: undefined };
  beginNextTurn(step, committedInterim);
  goOnWithHeld(step);
}

/** No end of the turn is due any more. */
function cancelEnd(step: Transition): void {
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  step.cancelTimer('manual-commit');
  step.cancelTimer('turn-limit');
}

function beginNextTurn(step: Transition, committedInterim: SessionState['committedInterim']): void {
  const { isSpeaking, speechMs, language } = step.state.turn;
  // Whoever speaks on has begun the next turn.
  const startedMs = isSpeaking ? step.nowMs : undefined;
  const turn = { ...emptyUserTurn, isSpeaking, speechMs, language, startedMs };
  step.set({ turn, preemptiveTries: 0, interimSegmentId: undefined, committedInterim, isLimitTold: false });
  if (isSpeaking) awaitTurnLimit(step);
}

/** The decision about the user's turn was open, and has not stopped a held speech: it goes on, if only that was waited for. */
function goOnWithHeld(step: Transition): void {
  if (step.state.turn.isSpeaking || step.state.isClosing) return;
  if (step.state.isResumeDue) return onFalseInterruption(step);
  if (!step.state.timers.has('false-interruption')) awaitFalseInterruption(step);
}

/** The check that any new trigger makes anew: commit now, later, or when more is known. */
export function endTurnWhenDue(step: Transition): void {
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  if (!step.state.turn.isSpeaking && turnText(step.state.turn) !== '') askDetector(step);
  const { turn, options, isResumeDue } = step.state;
  const end = checkEndOfTurn(turn, options, { nowMs: step.nowMs, delayMs: endpointingDelayMs(step.state) });
  if (end.type === 'wait') return isResumeDue ? goOnWithHeld(step) : undefined;
  // Nobody will answer any more, but what was said is kept; a final still due is waited for by who closes.
  const isLastChance = step.state.isClosing && end.by === 'endpointing';
  if (end.atMs <= step.nowMs || isLastChance) commitTurn(step);
  else if (!step.state.isClosing) step.setTimer(end.by, end.atMs - step.nowMs);
}

export function commitTurn(step: Transition, { isAsked = false }: { readonly isAsked?: boolean } = {}): void {
  const { turn, interimSegmentId } = step.state;
  cancelEnd(step);
  // What the policy lets pass while the agent speaks is no turn that wants an answer.
  const isOverheard = !isAsked && interruptibleSpeeches(step.state.floor).length > 0 && interruptionVerdict(step, true) === 'ignore';
  if (!isOverheard) {
    stopForUser(step);
    dropOutdatedReplies(step);
  }
  step.do({
    type: isOverheard ? 'turn-overheard' : 'turn-commit',
    turn: {
      text: turnText(turn),
      startedMs: turn.startedMs,
      stoppedMs: turn.stoppedMs,
      finalAtMs: turn.finalAtMs,
      committedMs: step.nowMs,
    },
  });
  const committedInterim =
    turn.interim === '' || interimSegmentId === undefined ? undefined : { segmentId: interimSegmentId, text: turn.interim };
  beginNextTurn(step, committedInterim);
  endDetection(step);
  // It is known now that it was no interruption: a speech that was held for it goes on.
  if (isOverheard) onFalseInterruption(step);
}

/** A final whose interim was taken in its place is late: only what it has beyond that is new. */
function beyondCommitted({ committedInterim }: SessionState, event: Transcript): string {
  if (committedInterim?.segmentId !== event.segmentId) return event.text;
  if (committedInterim.text === undefined) return '';
  return event.text.startsWith(committedInterim.text) ? event.text.slice(committedInterim.text.length).trim() : '';
}

/** Begins a reply to what the user has said, before the turn is over. */
export function startPreemptively(step: Transition, text: string): void {
  const { options, turn, preemptiveTries, isClosing } = step.state;
  const { preemptive } = options;
  if (isClosing || text === '' || preemptive === null || preemptiveTries >= preemptive.maxTries) return;
  const untilMs = turn.isSpeaking ? step.nowMs : (turn.stoppedMs ?? step.nowMs);
  const speechMs = untilMs - (turn.startedMs ?? untilMs);
  if (speechMs > preemptive.maxSpeechMs) return;
  step.set({ preemptiveTries: preemptiveTries + 1 });
  step.do({ type: 'preemptive-start', text });
}

function tellTranscript(step: Transition, event: Transcript, isFinal: boolean): void {
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
