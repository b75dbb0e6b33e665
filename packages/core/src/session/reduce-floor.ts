import { shown } from '../agent/check-options.js';
import type { AgentState } from '../observe/agent-event.js';
import {
  type FloorSpeech,
  holderOf,
  interruptibleSpeeches,
  isParked,
  nextHolder,
  outdatedReplies,
  releaseFloor,
  speechesToInterrupt,
  speechOf,
  updateSpeech,
} from '../turn/floor.js';
import type { InterruptionVerdict, Overlap } from '../turn/turn-options.js';
import { turnWords } from '../turn/user-turn.js';
import type { SessionState } from './session-state.js';
import type { Transition } from './transition.js';

/** Asks the policy what the user's present speech means for the agent's, and does it. */
export function considerInterruption(step: Transition, isFinal: boolean): void {
  // What is heard may be the agent's own echo.
  const { firstSoundMs, options } = step.state;
  if (firstSoundMs !== undefined && options.aecWarmupMs !== null && step.nowMs < firstSoundMs + options.aecWarmupMs) return;
  const verdict = interruptionVerdict(step, isFinal);
  if (verdict === 'stop') stopForUser(step);
  if (verdict === 'pause') holdSpeech(step);
}

/** What the policy makes of the user's present speech; `ignore` where there is nothing to interrupt. */
export function interruptionVerdict(step: Transition, isFinal: boolean): InterruptionVerdict {
  const { options, turn, hasVad, floor } = step.state;
  const speeches = interruptibleSpeeches(floor);
  if (speeches.length === 0) return 'ignore';
  const overlap: Overlap = {
    speechMs: turn.isSpeaking ? turn.speechMs : 0,
    words: turnWords(turn),
    text: turn.text,
    isFinal,
    hasVad,
  };
  try {
    const verdict = readVerdict(options.interruptionPolicy(overlap, options));
    // What is never found out to be false is meant.
    return verdict === 'pause' && options.falseInterruptionTimeoutMs === null ? 'stop' : verdict;
  } catch (error) {
    // It is asked with every window of the VAD, and would fail each time.
    const talkedOver = speeches.map(({ id }) => id).join(' ');
    if (step.state.policyFailedFor !== talkedOver) step.do({ type: 'policy-failed', error });
    step.set({ policyFailedFor: talkedOver });
    return 'ignore';
  }
}

const verdicts: readonly InterruptionVerdict[] = ['ignore', 'pause', 'stop'];

/** @throws {TypeError} It is none: the policy is the application's, and may be an async function. */
function readVerdict(given: unknown): InterruptionVerdict {
  const verdict = verdicts.find((known) => known === given);
  if (verdict !== undefined) return verdict;
  // Nobody else will look at what it rejects with.
  if (given instanceof Promise) given.catch(() => {});
  const found = given instanceof Promise ? 'a promise; it must not be async, and' : `${shown(given)}; it`;
  throw new TypeError(`option "interruptionPolicy" gave ${found} must give "ignore", "pause" or "stop"`);
}

/** The user means it: whatever can be interrupted ends for good. */
export function stopForUser(step: Transition): void {
  for (const speech of interruptibleSpeeches(step.state.floor)) cancelSpeech(step, speech);
}

/** A newer turn was committed: what has not begun to be heard of the replies before it is not said any more. */
export function dropOutdatedReplies(step: Transition): void {
  for (const speech of outdatedReplies(step.state.floor)) cancelSpeech(step, speech);
}

export function interruptByRequest(step: Transition, request: { readonly speechId?: string; readonly force: boolean }): void {
  const { floor } = step.state;
  const { speechId, force } = request;
  const named = speechId === undefined ? undefined : speechOf(floor, speechId);
  if (named !== undefined) return cancelSpeech(step, named);
  if (speechId !== undefined) return;
  const { stopped, shield } = speechesToInterrupt(floor, force);
  for (const speech of stopped) cancelSpeech(step, speech);
  if (shield !== undefined) step.do({ type: 'interruption-shielded', speechId: shield.id });
}

function cancelSpeech(step: Transition, speech: FloorSpeech): void {
  if (speech.stage === 'cancelling') return;
  if (speech.stage === 'held') step.cancelTimer('false-interruption');
  step.set({ floor: updateSpeech(step.state.floor, speech.id, { stage: 'cancelling' }), isResumeDue: false });
  step.do({ type: 'speech-cancel', speechId: speech.id });
}

function holdSpeech(step: Transition): void {
  const holder = holderOf(step.state.floor);
  if (holder === undefined || !holder.allowInterruptions) return;
  if (holder.stage !== 'generating' && holder.stage !== 'speaking') return;
  step.set({ floor: updateSpeech(step.state.floor, holder.id, { stage: 'held', heldFrom: holder.stage }) });
  step.do({ type: 'speech-hold', speechId: holder.id });
  // Text may come after the voice has ended: then no end of it will set the timer.
  if (!step.state.turn.isSpeaking) awaitFalseInterruption(step);
}

/** The voice has ended and nothing was said yet: after the timeout it was a false interruption. */
export function awaitFalseInterruption(step: Transition): void {
  const { falseInterruptionTimeoutMs } = step.state.options;
  if (step.state.isClosing || falseInterruptionTimeoutMs === null || holderOf(step.state.floor)?.stage !== 'held') return;
  step.set({ suspectedSinceMs: step.nowMs });
  step.setTimer('false-interruption', falseInterruptionTimeoutMs);
}

export function onFalseInterruption(step: Transition): void {
  const holder = holderOf(step.state.floor);
  if (holder?.stage !== 'held' || step.state.turn.isSpeaking) return;
  // An open decision about the user's turn goes first: it may yet make the interruption real.
  if (step.state.timers.has('endpointing') || step.state.timers.has('interim-commit')) return step.set({ isResumeDue: true });
  step.cancelTimer('false-interruption');
  step.set({ isResumeDue: false });
  const resumed = step.state.options.resumeFalseInterruption;
  step.emit({ type: 'false-interruption', speechId: holder.id, resumed });
  if (!resumed) return cancelSpeech(step, holder);
  resumeSpeech(step, holder);
}

/** A speech that is held and must not be interrupted any more goes on at once. */
export function onProtected(step: Transition, speechId: string, allowInterruptions: boolean): void {
  // Whoever protects it while it is under way wants it finished.
  step.set({ floor: updateSpeech(step.state.floor, speechId, { allowInterruptions, ...(allowInterruptions ? {} : { hasActed: true }) }) });
  const speech = speechOf(step.state.floor, speechId);
  if (speech?.stage !== 'held' || allowInterruptions) return;
  step.cancelTimer('false-interruption');
  resumeSpeech(step, speech);
}

function resumeSpeech(step: Transition, speech: FloorSpeech): void {
  step.set({ floor: updateSpeech(step.state.floor, speech.id, { stage: speech.heldFrom ?? 'generating' }) });
  step.do({ type: 'speech-resume', speechId: speech.id });
}

export function onPlayoutStarted(step: Transition, speechId: string): void {
  const { floor, firstSoundMs } = step.state;
  const stage = speechOf(floor, speechId)?.stage;
  // A hold may have overtaken the report.
  const change = stage === 'generating' ? ({ stage: 'speaking' } as const) : stage === 'held' ? ({ heldFrom: 'speaking' } as const) : {};
  step.set({ floor: updateSpeech(floor, speechId, { ...change, isHeard: true }) });
  if (firstSoundMs === undefined) step.set({ firstSoundMs: step.nowMs });
}

export function onStepEnded(step: Transition, speechId: string, next: 'working' | 'ended'): void {
  const speech = speechOf(step.state.floor, speechId);
  if (speech?.stage === 'held') step.cancelTimer('false-interruption');
  if (speech?.isHeard === true && step.state.floor.holderId === speechId) step.set({ quietSinceMs: step.nowMs });
  const stays = next === 'working' && speech?.stage !== 'cancelling';
  step.set({ floor: releaseFloor(step.state.floor, speechId, stays ? 'working' : 'ended') });
}

/** Gives the floor away if it is free; then what follows from who has it. */
export function settleFloor(step: Transition): void {
  grantFloor(step);
  const agent = agentStateOf(step.state);
  if (agent !== step.state.agent) {
    step.emit({ type: 'agent-state-changed', oldState: step.state.agent, newState: agent });
    step.set({ agent });
  }
  const holder = holderOf(step.state.floor);
  const isMuted =
    step.state.options.discardAudioIfUninterruptible && holder !== undefined && !holder.allowInterruptions && holder.stage === 'speaking';
  if (isMuted !== step.state.isMuted) {
    step.set({ isMuted });
    step.do({ type: 'hearing-mute', muted: isMuted });
  }
}

function grantFloor(step: Transition): void {
  const { turn, options, floor, isClosing } = step.state;
  const isTextStale = options.turnDetection === 'manual' && !turn.isSpeaking;
  const userHasFloor = (turn.isSpeaking && turn.speechMs >= options.minInterruptionDurationMs) || (turn.text !== '' && !isTextStale);
  const next = isClosing ? undefined : nextHolder(floor, userHasFloor);
  if (next === undefined) return step.cancelTimer('next-speech');
  const pauseMs = (step.state.quietSinceMs ?? -Infinity) + options.minConsecutiveSpeechDelayMs - step.nowMs;
  const waitMs = Math.max(pauseMs, staleMs(step.state) - step.nowMs);
  // Less than a microsecond is not waited for: it is what sums of times are off by.
  if (waitMs > 0.001) {
    if (!step.state.timers.has('next-speech')) step.setTimer('next-speech', waitMs);
    return;
  }
  step.cancelTimer('next-speech');
  step.set({ floor: { ...updateSpeech(floor, next.id, { stage: 'generating' }), holderId: next.id } });
  step.do({ type: 'speech-authorise', speechId: next.id });
}

/** When text that is only committed by the application no longer keeps the agent from speaking: nobody may ever commit it. */
function staleMs({ turn, options }: SessionState): number {
  if (options.turnDetection !== 'manual' || turn.text === '') return -Infinity;
  return Math.max(turn.stoppedMs ?? -Infinity, turn.finalAtMs ?? -Infinity) + options.interimCommitTimeoutMs;
}

function agentStateOf(state: SessionState): AgentState {
  if (state.agent === 'initializing') return 'initializing';
  const holder = holderOf(state.floor);
  if (holder?.stage === 'speaking') return 'speaking';
  // What was heard is not settled yet: nothing to tell.
  if (holder?.stage === 'cancelling') return state.agent;
  if (holder?.stage === 'held') return 'listening';
  if (holder?.stage === 'generating' && holder.thinks) return 'thinking';
  return state.floor.speeches.some((speech) => speech.stage === 'working' && speech.thinks && !isParked(speech)) ? 'thinking' : 'listening';
}
