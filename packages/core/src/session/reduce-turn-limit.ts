import { turnWords } from '../turn/user-turn.js';
import type { Transition } from './transition.js';

/** The user begins to speak: at the limit of the turn's time, what they have said is looked at. */
export function awaitTurnLimit(step: Transition): void {
  const { options, turn, isLimitTold } = step.state;
  const durationMs = options.userTurnLimit?.durationMs ?? Infinity;
  if (durationMs === Infinity || isLimitTold || turn.startedMs === undefined) return;
  step.setTimer('turn-limit', Math.max(0, turn.startedMs + durationMs - step.nowMs));
}

/** Tells once in a turn that it has become too long. Noise without a word is no turn. */
export function checkTurnLimit(step: Transition): void {
  const { options, turn, isLimitTold, isClosing } = step.state;
  const limit = options.userTurnLimit;
  if (limit === null || isLimitTold || isClosing || turn.text === '') return;
  const words = turnWords(turn);
  const untilMs = turn.isSpeaking ? step.nowMs : (turn.stoppedMs ?? step.nowMs);
  const durationMs = Math.max(0, untilMs - (turn.startedMs ?? untilMs));
  if (words < limit.words && durationMs < limit.durationMs) return;
  step.cancelTimer('turn-limit');
  step.set({ isLimitTold: true });
  step.do({ type: 'turn-exceeded', turn: { text: turn.text, words, durationMs } });
}
