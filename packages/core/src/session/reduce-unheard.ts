import { addUnheard } from '../turn/unheard-speech.js';
import { isParked } from '../turn/floor.js';
import type { SessionEvent } from './session-event.js';
import type { Transition } from './transition.js';

/** The user has stopped: if no text comes of what they said, that is told after a while, counted from the end of the voice. */
export function awaitText(step: Transition, endedMs: number): void {
  const { options, hasStretchText, pauses, unheard } = step.state;
  const { transcriptionTimeoutMs } = options;
  if (hasStretchText || transcriptionTimeoutMs === null || step.state.isClosing) return;
  step.set({ unheard: addUnheard(unheard, { startedMs: pauses.startedMs ?? endedMs, endedMs }) });
  step.setTimer('transcription', Math.max(0, transcriptionTimeoutMs - (step.nowMs - endedMs)));
}

/** The user speaks: what they say now may still make text of it all. */
export function onStretchBegins(step: Transition): void {
  step.cancelTimer('transcription');
  if (step.state.hasStretchText) step.set({ hasStretchText: false });
}

/** There is text: nothing was lost. */
export function onText(step: Transition): void {
  const { turn, unheard, hasStretchText } = step.state;
  step.cancelTimer('transcription');
  if (unheard !== undefined || (turn.isSpeaking && !hasStretchText)) step.set({ unheard: undefined, hasStretchText: turn.isSpeaking });
}

/** What was said until now is forgotten. */
export function forgetUnheard(step: Transition): void {
  step.cancelTimer('transcription');
  step.set({ unheard: undefined });
}

/** It stays in mind: more of the same adds to it. */
export function onNoText(step: Transition): void {
  const { unheard } = step.state;
  if (unheard !== undefined) step.do({ type: 'speech-unheard', speech: unheard });
}

/** Whoever hears or says something meanwhile does not wait for an answer to it. */
export function onSpeechLost(step: Transition, { error, isTold }: Extract<SessionEvent, { readonly type: 'speech-lost' }>): void {
  const { agent, user, turn, floor, isClosing } = step.state;
  const isQuiet = agent === 'listening' && user !== 'speaking' && turn.text === '' && floor.speeches.every(isParked);
  step.do({ type: 'speech-lost', error, isTold, isAwaited: isQuiet && !isClosing });
}
