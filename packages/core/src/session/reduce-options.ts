import { holderOf } from '../turn/floor.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { forgetPrediction } from './reduce-detector.js';
import { stopForUser } from './reduce-floor.js';
import { endTurnWhenDue } from './reduce-turn-end.js';
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
  // Set anew, if somebody is still to speak.
  step.cancelTimer('next-speech');
  const { turn, suspectedSinceMs } = step.state;
  waitAnew(step, 'transcription', {
    beforeMs: before.transcriptionTimeoutMs,
    afterMs: options.transcriptionTimeoutMs,
    sinceMs: turn.stoppedMs,
  });
  changeSuspicion(step, { beforeMs: before.falseInterruptionTimeoutMs, sinceMs: suspectedSinceMs });
  step.cancelTimer('turn-limit');
  if (step.state.turn.isSpeaking) awaitTurnLimit(step);
  checkTurnLimit(step);
  if (options.detector === null || !hasVad) step.set({ awaitsPause: false });
  forgetPrediction(step);
  if (step.state.turn.text !== '') endTurnWhenDue(step);
}

/** Where nothing is found out to be false any more, what is suspected is meant. */
function changeSuspicion(
  step: Transition,
  { beforeMs, sinceMs }: { readonly beforeMs: number | null; readonly sinceMs: number | undefined },
): void {
  const { falseInterruptionTimeoutMs: afterMs } = step.state.options;
  if (afterMs === null && holderOf(step.state.floor)?.stage === 'held') return stopForUser(step);
  waitAnew(step, 'false-interruption', { beforeMs, afterMs, sinceMs });
}

/** What is waited for already is waited for by the new time, from when that began. */
function waitAnew(
  step: Transition,
  name: TimerName,
  {
    beforeMs,
    afterMs,
    sinceMs = step.nowMs,
  }: { readonly beforeMs: number | null; readonly afterMs: number | null; readonly sinceMs: number | undefined },
): void {
  if (beforeMs === afterMs || afterMs === null || !step.state.timers.has(name)) return;
  step.setTimer(name, Math.max(0, sinceMs + afterMs - step.nowMs));
}
