import { type DelayBounds, learntDelayMs } from '../turn/learnt-pauses.js';
import { speaks, wantsPrediction } from '../turn/prediction.js';
import type { TurnOptions } from '../turn/turn-options.js';
import type { SessionState } from './session-state.js';
import type { Transition } from './transition.js';

export const delayBounds = ({ minEndpointingDelayMs, maxEndpointingDelayMs }: TurnOptions): DelayBounds => ({
  minMs: minEndpointingDelayMs,
  maxMs: maxEndpointingDelayMs,
});

/** The endpointing delay of this pause. As long as a detector has not said that the user has finished, it is the maximum. */
export function endpointingDelayMs({ options, turn, pauses, prediction }: SessionState): number {
  const { detector, endpointing, maxEndpointingDelayMs } = options;
  if (detector !== null && speaks(detector.languages, turn.language) && prediction?.status !== 'finished') return maxEndpointingDelayMs;
  const bounds = delayBounds(options);
  return endpointing === 'dynamic' ? learntDelayMs(pauses, bounds) : Math.min(bounds.minMs, bounds.maxMs);
}

/** The silence that the detector wants has come. */
export function onVoicePause(step: Transition): void {
  step.set({ awaitsPause: false });
  askDetector(step);
}

/** Asks whether the user has finished, if that is not known for this pause. */
export function askDetector(step: Transition): void {
  const { options, turn, prediction, predictions, awaitsPause, isClosing, hasHeardNothing } = step.state;
  if (options.detector === null || options.turnDetection === 'manual' || awaitsPause || isClosing) return;
  const text = turn.text;
  const { language } = turn;
  if (!wantsPrediction(options.detector, prediction, { text, isInterim: turn.hasInterim, language })) return;
  const id = predictions + 1;
  // It would be asked about silence: the voice that this text belongs to is over and done with.
  if (options.detector.hearsAudio && hasHeardNothing) {
    step.set({ predictions: id, prediction: { id, text, status: 'finished' } });
    return tellLate(step);
  }
  step.set({ predictions: id, prediction: { id, text, status: 'asked' } });
  // Whoever is asked anew need not answer what was asked before.
  step.do({ type: 'detector-predict', id, transcript: text, language });
}

/** Once in a call: an STT that is late once is so again. */
function tellLate(step: Transition): void {
  if (step.state.isLateTold) return;
  step.set({ isLateTold: true });
  step.do({ type: 'detector-passed-over' });
}

/** Returns whether it is about the present pause: what is answered too late counts for nothing. */
export function takePrediction(step: Transition, { id, isFinished }: { readonly id: number; readonly isFinished: boolean }): boolean {
  const { prediction } = step.state;
  if (prediction?.id !== id || prediction.status !== 'asked') return false;
  step.set({ prediction: { ...prediction, status: isFinished ? 'finished' : 'unfinished' } });
  return true;
}

/** The user goes on: what was asked about the pause is of no use any more. */
export function onVoiceGoesOn(step: Transition): void {
  const { options, awaitsPause, hasVad, hasHeardNothing } = step.state;
  if (hasHeardNothing) step.set({ hasHeardNothing: false });
  if (options.detector === null || awaitsPause) return;
  // Without a VAD nobody tells of silence: the end of the voice is all there is.
  step.set({ awaitsPause: hasVad });
  forgetPrediction(step);
}

export function forgetPrediction(step: Transition): void {
  const { prediction } = step.state;
  if (prediction === undefined) return;
  step.set({ prediction: undefined });
  if (prediction.status === 'asked') step.do({ type: 'detector-cancel' });
}

/** The turn is over: the detector begins anew with the next one. */
export function endDetection(step: Transition): void {
  forgetPrediction(step);
  // What is being said belongs to the next turn already.
  if (step.state.options.detector === null || step.state.turn.isSpeaking) return;
  // Without a VAD nobody tells of a voice before its text is there.
  step.set({ hasHeardNothing: step.state.hasVad });
  step.do({ type: 'detector-reset' });
}
