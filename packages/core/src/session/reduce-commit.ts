import { isAnswered, isOfRequest, mayHaveMore, noteFinal, noteVoiceEnd, requestCommit } from '../turn/commit-request.js';
import { commitTurn } from './reduce-turn-end.js';
import type { Transition } from './transition.js';

/** How long a final still due is waited for when the application asks for the end of the turn. Turn-taking rules, the user's turn ends, 2. */
const manualCommitMs = 500;

/** The application asks for the end of the turn: at once, or with what the STT still has to say of it, if that comes soon. */
export function commitOnRequest(step: Transition): void {
  const { turn, isClosing, timers } = step.state;
  if (isClosing || !mayHaveMore(turn, step.nowMs)) return commitNow(step);
  // Asked again: what was said meanwhile is meant too, and the deadline stays.
  const isAskedAgain = timers.has('manual-commit') && step.state.commit?.isLate === false;
  step.set({ commit: requestCommit(turn, step.nowMs) });
  if (isAskedAgain) return;
  step.do({ type: 'hearing-flush' });
  step.setTimer('manual-commit', manualCommitMs);
}

/** Commits what there is: asked for by the application. */
function commitNow(step: Transition): void {
  if (step.state.turn.text !== '') commitTurn(step, { isAsked: true });
}

/** The STT has not said in time what it was asked for: what there is counts, and the rest when it comes. */
export function onCommitOverdue(step: Transition): void {
  const { commit, turn } = step.state;
  if (commit?.isLate === false) {
    step.emit({ type: 'turn-commit-overdue', transcript: turn.text });
    step.set({ commit: { ...commit, isLate: true } });
  }
  commitNow(step);
}

/** The voice has begun again: what is said now is nobody's who asked before. */
export function followRequest(step: Transition, startedMs: number): void {
  const { commit } = step.state;
  if (commit !== undefined && startedMs > commit.askedMs) step.set({ commit: { ...commit, isFollowed: true } });
}

/** The voice has ended. Returns whether the turn was committed, since all that was asked for is there. */
export function endRequestedVoice(step: Transition, endedMs: number): boolean {
  const { commit, turn } = step.state;
  if (commit === undefined) return false;
  const noted = noteVoiceEnd(commit, endedMs);
  step.set({ commit: noted });
  if (noted === commit || noted.isLate || !isAnswered(noted, turn)) return false;
  commitTurn(step, { isAsked: true });
  return true;
}

/** A final has become part of the turn. Returns whether the turn was committed, as it is what was asked for. */
export function takeRequestedFinal(step: Transition, { text, endedMs }: { readonly text: string; readonly endedMs: number }): boolean {
  const { commit, turn } = step.state;
  if (commit === undefined || step.state.isClosing) return false;
  if (!isOfRequest(commit, turn, { nowMs: step.nowMs, endedMs })) {
    // What was said since has its text: of what was said before no more comes.
    if (commit.isLate) step.set({ commit: undefined });
    return false;
  }
  const noted = text === '' ? commit : noteFinal(commit, endedMs);
  step.set({ commit: noted });
  const isDone = isAnswered(noted, turn);
  if (!isDone && (!noted.isLate || turn.text === '' || turn.hasInterim)) return false;
  // Where nobody tells when the user speaks, what comes next cannot be told from what is said next.
  if (isDone && noted.spokenUntilMs === undefined) step.set({ commit: undefined });
  commitTurn(step, { isAsked: true });
  return true;
}

/** Text that may still change, of a turn that is to be answered already: it is not waited for without end. */
export function awaitRequestedFinal(step: Transition): void {
  const { commit, turn, timers, options } = step.state;
  if (commit?.isLate !== true || !turn.hasInterim || timers.has('manual-commit') || !isOfRequest(commit, turn, { nowMs: step.nowMs }))
    return;
  step.setTimer('manual-commit', options.interimCommitTimeoutMs);
}
