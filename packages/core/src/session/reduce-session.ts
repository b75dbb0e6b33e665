import type { AgentState } from '../observe/agent-event.js';
import { addSpeech, isParked, queueSpeech, updateSpeech } from '../turn/floor.js';
import { learnAgentEnd, learnAgentStart } from '../turn/learnt-pauses.js';
import { interruptByRequest, onFalseInterruption, onPlayoutStarted, onProtected, onStepEnded, settleFloor } from './reduce-floor.js';
import { onVoicePause, takePrediction } from './reduce-detector.js';
import { commitOnRequest, onCommitOverdue } from './reduce-commit.js';
import { endAway, onFinal, onInterim, onVoiceEnd, onVoiceProgress, onVoiceStart } from './reduce-hearing.js';
import { changeOptions } from './reduce-options.js';
import { onSTTTurn } from './reduce-stt-turn.js';
import { clearTurn, commitTurn, endTurnWhenDue } from './reduce-turn-end.js';
import { checkTurnLimit } from './reduce-turn-limit.js';
import { onNoText, onSpeechLost } from './reduce-unheard.js';
import type { SessionEffect } from './session-effect.js';
import type { SessionEvent, TimerName } from './session-event.js';
import type { SessionState } from './session-state.js';
import { Transition } from './transition.js';

/**
 * What happens next in a session: the next state, and what is to be done, in order. Holds no clock, socket or logger, and calls no code
 * of the user's but the interruption policy, which is a pure function too.
 */
export function reduceSession(
  state: SessionState,
  event: SessionEvent,
  nowMs: number,
): { readonly state: SessionState; readonly effects: readonly SessionEffect[] } {
  const step = new Transition(state, nowMs);
  apply(step, event);
  settleFloor(step);
  settlePauses(step, state.agent);
  settleAway(step);
  return { state: step.state, effects: step.effects };
}

function apply(step: Transition, event: SessionEvent): void {
  switch (event.type) {
    case 'started':
      step.emit({ type: 'agent-state-changed', oldState: 'initializing', newState: 'listening' });
      return step.set({ agent: 'listening' });
    case 'options-changed':
      return changeOptions(step, event);
    case 'voice-start':
      return onVoiceStart(step, event.atMs);
    case 'voice-progress':
      return onVoiceProgress(step, event.speechMs);
    case 'voice-end':
      return onVoiceEnd(step, event.atMs);
    case 'transcript-interim':
      return onInterim(step, event);
    case 'transcript-final':
      return onFinal(step, event);
    case 'speech-lost':
      return onSpeechLost(step, event);
    case 'user-wrote':
      return endAway(step);
    case 'turn-commit-requested':
      return commitOnRequest(step);
    case 'turn-cleared':
      return clearTurn(step);
    case 'released-tools-changed':
      return step.set({ releasedTools: event.count });
    case 'timer':
      return onTimer(step, event.name);
    case 'voice-pause':
      return onVoicePause(step);
    case 'prediction':
      return takePrediction(step, event) ? endTurnWhenDue(step) : undefined;
    case 'stt-speech-start':
    case 'stt-speech-end':
    case 'turn-eager':
    case 'turn-resumed':
    case 'turn-end':
      return onSTTTurn(step, event);
    case 'closing':
      for (const name of step.state.timers) step.cancelTimer(name);
      return step.set({ isClosing: true });
    default:
      return applyToSpeech(step, event);
  }
}

type SpeechEvent = Extract<SessionEvent, { readonly type: SpeechEventType }>;
type SpeechEventType =
  | 'interrupt-requested'
  | 'speech-protected'
  | 'speech-created'
  | 'speech-queued'
  | 'speech-acted'
  | 'playout-started'
  | 'step-ended'
  | 'step-queued'
  | 'speech-parked';

function applyToSpeech(step: Transition, event: SpeechEvent): void {
  switch (event.type) {
    case 'interrupt-requested':
      return interruptByRequest(step, event);
    case 'speech-protected':
      return onProtected(step, event.speechId, event.allowInterruptions);
    case 'speech-created':
      step.set({ floor: addSpeech(step.state.floor, event.speech) });
      return step.emit({ type: 'speech-created', speechId: event.speech.id, source: event.source });
    case 'speech-queued':
    case 'step-queued':
      return step.set({ floor: queueSpeech(step.state.floor, event.speechId) });
    case 'speech-acted':
      return step.set({ floor: updateSpeech(step.state.floor, event.speechId, { hasActed: true }) });
    case 'playout-started':
      return onPlayoutStarted(step, event.speechId);
    case 'step-ended':
      return onStepEnded(step, event.speechId, event.next);
    case 'speech-parked':
      return step.set({ floor: updateSpeech(step.state.floor, event.speechId, { isParked: event.isParked }) });
    default:
      return event satisfies never;
  }
}

function onTimer(step: Transition, name: TimerName): void {
  step.forgetTimer(name);
  switch (name) {
    case 'endpointing':
    case 'interim-commit':
      return commitTurn(step);
    case 'manual-commit':
      return onCommitOverdue(step);
    case 'transcription':
      return onNoText(step);
    case 'turn-limit':
      return checkTurnLimit(step);
    case 'false-interruption':
      return onFalseInterruption(step);
    case 'next-speech':
      // Who speaks next is settled after each event.
      return undefined;
    case 'user-away':
      step.emit({ type: 'user-state-changed', oldState: step.state.user, newState: 'away' });
      return step.set({ user: 'away' });
    default:
      return name satisfies never;
  }
}

/** How soon the user speaks after the agent began tells whether the agent was too early. */
function settlePauses(step: Transition, before: AgentState): void {
  const { agent, pauses } = step.state;
  if (agent === before || (agent !== 'speaking' && before !== 'speaking')) return;
  step.set({ pauses: agent === 'speaking' ? learnAgentStart(pauses, step.nowMs) : learnAgentEnd(pauses) });
}

/** The user is away once both sides have been quiet for long enough, with nothing under way. */
function settleAway(step: Transition): void {
  const { options, agent, user, floor, turn, timers, isClosing, releasedTools, restingSinceMs } = step.state;
  const isUnderWay = !floor.speeches.every(isParked) || turn.text !== '' || releasedTools > 0;
  const isQuiet = !isClosing && agent === 'listening' && user === 'listening' && !isUnderWay;
  if (isQuiet !== (restingSinceMs !== undefined)) step.set({ restingSinceMs: isQuiet ? step.nowMs : undefined });
  const { restingSinceMs: sinceMs } = step.state;
  if (sinceMs === undefined || options.userAwayTimeoutMs === null) return step.cancelTimer('user-away');
  if (!timers.has('user-away')) step.setTimer('user-away', Math.max(0, sinceMs + options.userAwayTimeoutMs - step.nowMs));
}
