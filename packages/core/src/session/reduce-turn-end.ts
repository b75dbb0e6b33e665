import { interruptibleSpeeches } from '../turn/floor.js';
import { mayHaveMore } from '../turn/commit-request.js';
import { sameWords } from '../text/words.js';
import { settle } from '../turn/turn-segments.js';
import { checkEndOfTurn, emptyUserTurn } from '../turn/user-turn.js';
import { askDetector, endDetection, endpointingDelayMs } from './reduce-detector.js';
import { awaitFalseInterruption, dropOutdatedReplies, interruptionVerdict, onFalseInterruption, stopForUser } from './reduce-floor.js';
import { awaitTurnLimit } from './reduce-turn-limit.js';
import { forgetUnheard } from './reduce-unheard.js';
import type { Transition } from './transition.js';

/** How far an STT may be off with the end of what was said. */
const clearToleranceMs = 100;

export function clearTurn(step: Transition): void {
  const { turn, settled, isClosing } = step.state;
  cancelEnd(step);
  cancelPreemptive(step);
  endDetection(step);
  forgetUnheard(step);
  // What is said from now on is another segment, so that it can be told from what was said before.
  if (!isClosing && mayHaveMore(turn, step.nowMs)) step.do({ type: 'hearing-flush' });
  step.set({
    settled: settle(settled, turn.segments, { taken: false }),
    forgottenUntilMs: step.nowMs + clearToleranceMs,
    commit: undefined,
  });
  beginNextTurn(step);
  goOnWithHeld(step);
}

/** No end of the turn is due any more. */
function cancelEnd(step: Transition): void {
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  step.cancelTimer('manual-commit');
  step.cancelTimer('turn-limit');
}

function beginNextTurn(step: Transition): void {
  const { isSpeaking, speechMs, language, segments } = step.state.turn;
  if (segments.some(({ isFinal, text }) => !isFinal && text !== '')) step.do({ type: 'hearing-settle' });
  // Whoever speaks on has begun the next turn.
  const startedMs = isSpeaking ? step.nowMs : undefined;
  const turn = { ...emptyUserTurn, isSpeaking, speechMs, language, startedMs };
  step.set({ turn, preemptiveTries: 0, preemptiveText: undefined, isLimitTold: false });
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
  if (!step.state.turn.isSpeaking && step.state.turn.text !== '') askDetector(step);
  const { turn, options, isResumeDue } = step.state;
  const end = checkEndOfTurn(turn, options, { nowMs: step.nowMs, delayMs: endpointingDelayMs(step.state) });
  if (end.type === 'wait') return isResumeDue ? goOnWithHeld(step) : undefined;
  // Nobody will answer any more, but what was said is kept; a final still due is waited for by who closes.
  const isLastChance = step.state.isClosing && end.by === 'endpointing';
  if (end.atMs <= step.nowMs || isLastChance) commitTurn(step);
  else if (!step.state.isClosing) step.setTimer(end.by, end.atMs - step.nowMs);
}

export function commitTurn(step: Transition, { isAsked = false }: { readonly isAsked?: boolean } = {}): void {
  const { turn, settled, commit } = step.state;
  cancelEnd(step);
  if (commit?.isLate === false) step.set({ commit: { ...commit, isLate: true } });
  // What the policy lets pass while the agent speaks is no turn that wants an answer.
  const isOverheard = !isAsked && interruptibleSpeeches(step.state.floor).length > 0 && interruptionVerdict(step, true) === 'ignore';
  if (!isOverheard) {
    stopForUser(step);
    dropOutdatedReplies(step);
  }
  step.do({
    type: isOverheard ? 'turn-overheard' : 'turn-commit',
    turn: {
      text: turn.text,
      startedMs: turn.startedMs,
      stoppedMs: turn.stoppedMs,
      finalAtMs: turn.finalAtMs,
      committedMs: step.nowMs,
    },
  });
  step.set({ settled: settle(settled, turn.segments, { taken: true }) });
  beginNextTurn(step);
  endDetection(step);
  // It is known now that it was no interruption: a speech that was held for it goes on.
  if (isOverheard) onFalseInterruption(step);
}

/** Begins a reply to what the user has said, before the turn is over. */
export function startPreemptively(step: Transition, text: string): void {
  const { options, turn, preemptiveTries, preemptiveText, isClosing } = step.state;
  const { preemptive } = options;
  if (isClosing || text === '' || preemptive === null || preemptiveTries >= preemptive.maxTries) return;
  // The STT was eager, and this is the same in the end.
  if (preemptiveText !== undefined && sameWords(preemptiveText, text)) return;
  const untilMs = turn.isSpeaking ? step.nowMs : (turn.stoppedMs ?? step.nowMs);
  const speechMs = untilMs - (turn.startedMs ?? untilMs);
  if (speechMs > preemptive.maxSpeechMs) return;
  step.set({ preemptiveTries: preemptiveTries + 1, preemptiveText: text });
  step.do({ type: 'preemptive-start', text });
}

/** The text that a reply was begun for is none any more; one for the turn before, whose hook still runs, is another matter. */
export function takeBackPreemptive(step: Transition): void {
  if (step.state.preemptiveText !== undefined) cancelPreemptive(step);
}

/** What was begun is of no use. */
export function cancelPreemptive(step: Transition): void {
  step.set({ preemptiveText: undefined });
  step.do({ type: 'preemptive-cancel' });
}
