import { holderOf } from '../turn/floor.js';
import { checkEndOfTurn, emptyUserTurn, startSpeaking, stopSpeaking, takeFinal, turnText } from '../turn/user-turn.js';
import { awaitFalseInterruption, considerInterruption, stopForUser } from './reduce-floor.js';
import type { SessionEvent } from './session-event.js';
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
  step.set({ turn: { ...step.state.turn, interim: event.text } });
  considerInterruption(step, false);
  endTurnWhenDue(step);
}

export function onFinal(step: Transition, event: Transcript): void {
  if (event.text !== '') tellTranscript(step, event, true);
  step.set({ turn: takeFinal(step.state.turn, event.text, step.nowMs) });
  if (event.text === '') return endTurnWhenDue(step);
  const wasFree = holderOf(step.state.floor) === undefined;
  considerInterruption(step, true);
  // With a speech still on the floor there is nothing to be gained, and it may yet be decided that it goes on.
  if (wasFree) startPreemptively(step);
  endTurnWhenDue(step);
}

/** Commits what there is at once: asked for by the application. */
export function commitNow(step: Transition): void {
  if (turnText(step.state.turn) !== '') commitTurn(step);
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

export function commitTurn(step: Transition): void {
  const { turn } = step.state;
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  stopForUser(step);
  step.do({
    type: 'turn-commit',
    turn: {
      text: turnText(turn),
      startedMs: turn.startedMs,
      stoppedMs: turn.stoppedMs,
      finalAtMs: turn.finalAtMs,
      committedMs: step.nowMs,
    },
  });
  step.set({ turn: { ...emptyUserTurn, isSpeaking: turn.isSpeaking, speechMs: turn.speechMs }, preemptiveTries: 0 });
}

function startPreemptively(step: Transition): void {
  const { options, turn, preemptiveTries } = step.state;
  const { preemptive } = options;
  if (preemptive === null || preemptiveTries >= preemptive.maxTries) return;
  const speechMs = (turn.stoppedMs ?? step.nowMs) - (turn.startedMs ?? step.nowMs);
  if (speechMs > preemptive.maxSpeechMs) return;
  step.set({ preemptiveTries: preemptiveTries + 1 });
  step.do({ type: 'preemptive-start', text: turnText(turn) });
}

function tellTranscript(step: Transition, event: Transcript, isFinal: boolean): void {
  if (step.state.user === 'away') setUserState(step, 'listening', step.nowMs);
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

function setUserState(step: Transition, newState: 'listening' | 'speaking', atMs: number): void {
  const oldState = step.state.user;
  if (oldState === newState) return;
  step.emit({ type: 'user-state-changed', oldState, newState }, atMs);
  step.set({ user: newState });
}
