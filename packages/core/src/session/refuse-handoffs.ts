import { handoffOf } from '../agent/handoff.js';
import type { Speech } from './speech.js';
import type { FinishedToolCall } from './tool-calls.js';

const output = 'The hand-off did not happen: the turn was interrupted.';

/** A hand-off that an interrupted turn asked for does not happen, and the model is told so (scenario S081). */
export function refuseHandoffs(finished: readonly FinishedToolCall[], speech: Pick<Speech, 'interrupted'>): readonly FinishedToolCall[] {
  if (!speech.interrupted) return finished;
  return finished.map(({ call, outcome, report }) =>
    handoffOf(outcome.value) !== undefined
      ? { call, outcome: { output, isError: true, replyRequired: false }, report: { ...report, output, isError: true } }
      : { call, outcome, report },
  );
}
