import { holderOf, interruptibleSpeeches } from '../turn/floor.js';
import { checkEndOfTurn, emptyUserTurn, startSpeaking, stopSpeaking, takeFinal, turnText } from '../turn/user-turn.js';
import {
  awaitFalseInterruption,
  considerInterruption,
  dropOutdatedReplies,
  interruptionVerdict,
  onFalseInterruption,
  stopForUser,
} from './reduce-floor.js';
import type { SessionEvent } from './session-event.js';
import type { SessionState } from './session-state.js';
import type { Transition } from './transition.js';

type Transcript = Extract<SessionEvent, { readonly type: 'transcript-interim' | 'transcript-final' }>;

export function onVoiceStart(step: Transition, atMs: number): void {
  step.set({ turn: startSpeaking(step.state.turn, atMs, step.nowMs) });
  // Whatever was about to be decided waits for what is said now.
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  step.cancelTimer('false-interruption');
  setUserState(step, 'speaking', atMs);
}

export function onVoiceProgress(step: Transition, speechMs: number): void {
  if (!step.state.turn.isSpeaking) return;
  step.set({ turn: { ...step.state.turn, speechMs } });
  considerInterruption(step, false);
}

export function onVoiceEnd(step: Transition, atMs: number): void {
  step.set({ turn: stopSpeaking(step.state.turn, atMs) });
  setUserState(step, 'listening', atMs);
  awaitFalseInterruption(step);
  endTurnWhenDue(step);
}

export function onInterim(step: Transition, event: Transcript): void {
  tellTranscript(step, event, false);
  if (step.state.committedInterim?.segmentId === event.segmentId) return;
  step.set({ turn: { ...step.state.turn, interim: event.text }, interimSegmentId: event.segmentId });
  considerInterruption(step, false);
  endTurnWhenDue(step);
}

export function onFinal(step: Transition, event: Transcript): void {
  if (event.text !== '') tellTranscript(step, event, true);
  const text = beyondCommitted(step.state, event);
  step.set({ turn: takeFinal(step.state.turn, text, step.nowMs), interimSegmentId: undefined, committedInterim: undefined });
  if (text === '') return endTurnWhenDue(step);
  const wasFree = holderOf(step.state.floor) === undefined;
  considerInterruption(step, true);
  // With a speech still on the floor there is nothing to be gained, and it may yet be decided that it goes on.
  if (wasFree && !step.state.isClosing) startPreemptively(step);
  endTurnWhenDue(step);
}

/** Commits what there is at once: asked for by the application. */
export function commitNow(step: Transition): void {
  if (turnText(step.state.turn) !== '') commitTurn(step, { isAsked: true });
}

export function clearTurn(step: Transition): void {
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  step.do({ type: 'preemptive-cancel' });
  step.set({ turn: { ...emptyUserTurn, isSpeaking: step.state.turn.isSpeaking, speechMs: step.state.turn.speechMs }, preemptiveTries: 0 });
  if (!step.state.turn.isSpeaking) awaitFalseInterruption(step);
}

/** The check that any new trigger makes anew: commit now, later, or when more is known. */
function endTurnWhenDue(step: Transition): void {
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  const end = checkEndOfTurn(step.state.turn, step.state.options, step.nowMs);
  if (end.type === 'wait') return;
  // Nobody will answer any more, but what was said is kept; a final still due is waited for by who closes.
  const isLastChance = step.state.isClosing && end.by === 'endpointing';
  if (end.atMs <= step.nowMs || isLastChance) commitTurn(step);
  else if (!step.state.isClosing) step.setTimer(end.by, end.atMs - step.nowMs);
}

export function commitTurn(step: Transition, { isAsked = false }: { readonly isAsked?: boolean } = {}): void {
  const { turn, interimSegmentId } = step.state;
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
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
  step.set({
    turn: { ...emptyUserTurn, isSpeaking: turn.isSpeaking, speechMs: turn.speechMs },
    preemptiveTries: 0,
    interimSegmentId: undefined,
    committedInterim,
  });
  // It is known now that it was no interruption: a speech that was held for it goes on.
  if (isOverheard) onFalseInterruption(step);
}

/** A final whose interim was taken in its place is late: only what it has beyond that is new. */
function beyondCommitted({ committedInterim }: SessionState, event: Transcript): string {
  if (committedInterim?.segmentId !== event.segmentId) return event.text;
  return event.text.startsWith(committedInterim.text) ? event.text.slice(committedInterim.text.length).trim() : '';
}

function startPreemptively(step: Transition): void {
  const { options, turn, preemptiveTries } = step.state;
  const { preemptive } = options;
  if (preemptive === null || preemptiveTries >= preemptive.maxTries) return;
  const untilMs = turn.isSpeaking ? step.nowMs : (turn.stoppedMs ?? step.nowMs);
  const speechMs = untilMs - (turn.startedMs ?? untilMs);
  if (speechMs > preemptive.maxSpeechMs) return;
  step.set({ preemptiveTries: preemptiveTries + 1 });
  step.do({ type: 'preemptive-start', text: turnText(turn) });
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
