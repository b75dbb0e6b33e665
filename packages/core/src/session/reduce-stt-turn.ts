import { holderOf } from '../turn/floor.js';
import { endVoice } from './reduce-hearing.js';
import { cancelPreemptive, endTurnWhenDue, startPreemptively } from './reduce-turn-end.js';
import type { SessionEvent } from './session-event.js';
import type { Transition } from './transition.js';

type STTTurnEvent = Extract<
  SessionEvent,
  { readonly type: 'stt-speech-start' | 'stt-speech-end' | 'turn-eager' | 'turn-resumed' | 'turn-end' }
>;

/** What the STT makes of the user's turn. It ends turns in mode `stt` only; that a reply is worth beginning is welcome in the others too. */
export function onSTTTurn(step: Transition, event: STTTurnEvent): void {
  switch (event.type) {
    case 'stt-speech-start':
      return goOn(step);
    case 'stt-speech-end':
      return endBySTT(step, 'speech', event.atMs);
    case 'turn-end':
      return endBySTT(step, 'turn', event.atMs);
    case 'turn-eager':
      // With a speech still on the floor there is nothing to be gained; nor where the text was taken or forgotten meanwhile.
      return holderOf(step.state.floor) === undefined && step.state.turn.text !== '' ? startPreemptively(step, event.text) : undefined;
    case 'turn-resumed':
      cancelPreemptive(step);
      return goOn(step);
    default:
      return event satisfies never;
  }
}

function goOn(step: Transition): void {
  if (step.state.options.sttEnds === 'none' || step.state.turn.sttEndedMs === undefined) return;
  step.set({ turn: { ...step.state.turn, sttEndedMs: undefined } });
  endTurnWhenDue(step);
}

function endBySTT(step: Transition, by: 'speech' | 'turn', atMs: number): void {
  const { options, hasVad, turn } = step.state;
  if (options.sttEnds !== by) return;
  // The last final comes before the end of a turn: one without text is over, and what comes then is the next.
  if (by === 'speech' || turn.text !== '') step.set({ turn: { ...turn, sttEndedMs: atMs } });
  // The VAD may still wait for its silence; whatever it hears from now on is new.
  if (hasVad) step.do({ type: 'voice-reset' });
  if (turn.isSpeaking) endVoice(step, atMs);
  endTurnWhenDue(step);
}
