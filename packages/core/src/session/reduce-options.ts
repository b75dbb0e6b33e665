import type { TurnOptions } from '../turn/turn-options.js';
import { turnText } from '../turn/user-turn.js';
import { forgetPrediction } from './reduce-detector.js';
import { endTurnWhenDue } from './reduce-hearing.js';
import type { Transition } from './transition.js';

/** Other options are in force: what waits by the old ones waits by the new. */
export function changeOptions(step: Transition, changed: { readonly options: TurnOptions; readonly hasVad: boolean }): void {
  const before = step.state.options;
  const { options, hasVad } = changed;
  step.set({ options, hasVad });
  // Set anew, if the user is still to be awaited.
  if (options.userAwayTimeoutMs !== before.userAwayTimeoutMs) step.cancelTimer('user-away');
  if (options.transcriptionTimeoutMs === null) step.cancelTimer('transcription');
  if (options.userTurnLimit === null) step.cancelTimer('turn-limit');
  if (options.detector === null || !hasVad) step.set({ awaitsPause: false });
  forgetPrediction(step);
  if (turnText(step.state.turn) !== '') endTurnWhenDue(step);
}
