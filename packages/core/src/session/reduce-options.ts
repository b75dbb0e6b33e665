import type { TurnOptions } from '../turn/turn-options.js';
import { turnText } from '../turn/user-turn.js';
import { forgetPrediction } from './reduce-detector.js';
import { endTurnWhenDue } from './reduce-hearing.js';
import { awaitTurnLimit, checkTurnLimit } from './reduce-turn-limit.js';
import type { TimerName } from './session-event.js';
import type { Transition } from './transition.js';

/** Other options are in force: what waits by the old ones waits by the new. */
export function changeOptions(step: Transition, changed: { readonly options: TurnOptions; readonly hasVad: boolean }): void {
  const before = step.state.options;
  const { options, hasVad } = changed;
  step.set({ options, hasVad });
  // Set anew, if the user is still to be awaited.
  if (options.userAwayTimeoutMs !== before.userAwayTimeoutMs) step.cancelTimer('user-away');
  if (options.transcriptionTimeoutMs === null) step.cancelTimer('transcription');
  waitAnew(step, 'transcription', { beforeMs: before.transcriptionTimeoutMs, afterMs: options.transcriptionTimeoutMs });
  waitAnew(step, 'false-interruption', { beforeMs: before.falseInterruptionTimeoutMs, afterMs: options.falseInterruptionTimeoutMs });
  step.cancelTimer('turn-limit');
  if (step.state.turn.isSpeaking) awaitTurnLimit(step);
  checkTurnLimit(step);
  if (options.detector === null || !hasVad) step.set({ awaitsPause: false });
  forgetPrediction(step);
  if (turnText(step.state.turn) !== '') endTurnWhenDue(step);
}

/** What is waited for already is waited for by the new time; both count from the end of the voice. */
function waitAnew(
  step: Transition,
  name: TimerName,
  { beforeMs, afterMs }: { readonly beforeMs: number | null; readonly afterMs: number | null },
): void {
  if (beforeMs === afterMs || afterMs === null || !step.state.timers.has(name)) return;
  const sinceMs = step.state.turn.stoppedMs ?? step.nowMs;
  step.setTimer(name, Math.max(0, sinceMs + afterMs - step.nowMs));
}
