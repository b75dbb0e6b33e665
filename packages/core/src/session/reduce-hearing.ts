import { holderOf, interruptibleSpeeches } from '../turn/floor.js';
import { sameWords } from '../text/words.js';
import { learnEnd, learnStart } from '../turn/learnt-pauses.js';
import { beyondTaken, settle } from '../turn/turn-segments.js';
import {
  checkEndOfTurn,
  emptyUserTurn,
  isFinalDue,
  startSpeaking,
  stopSpeaking,
  takeFinal,
  takeInterim,
  type UserTurn,
} from '../turn/user-turn.js';
import { askDetector, delayBounds, endDetection, endpointingDelayMs, onVoiceGoesOn } from './reduce-detector.js';
import {
  awaitFalseInterruption,
  considerInterruption,
  dropOutdatedReplies,
  interruptionVerdict,
  onFalseInterruption,
  stopForUser,
} from './reduce-floor.js';
import { awaitTurnLimit, checkTurnLimit } from './reduce-turn-limit.js';
import { awaitText, forgetUnheard, onStretchBegins, onText } from './reduce-unheard.js';
import type { SessionEvent } from './session-event.js';
import type { Transition } from './transition.js';

type Interim = Extract<SessionEvent, { readonly type: 'transcript-interim' }>;
type Final = Extract<SessionEvent, { readonly type: 'transcript-final' }>;

export function onVoiceStart(step: Transition, atMs: number): void {
  const { pauses, options } = step.state;
  const turn = withoutStaleEnd(step.state.turn, atMs);
  step.set({ turn: startSpeaking(turn, atMs, step.nowMs), pauses: learnStart(pauses, atMs, delayBounds(options)), isResumeDue: false });
  // Whatever was about to be decided waits for what is said now, unless it is the STT's to decide.
  if (options.sttEnds === 'none' || turn.sttEndedMs === undefined) {
    step.cancelTimer('endpointing');
    step.cancelTimer('interim-commit');
  }
  step.cancelTimer('false-interruption');
  onStretchBegins(step);
  onVoiceGoesOn(step);
  awaitTurnLimit(step);
  setUserState(step, 'speaking', atMs);
}

/** An end that the STT told while there was no text is no end of what is said after it. */
const withoutStaleEnd = (turn: UserTurn, atMs: number): UserTurn =>
  turn.sttEndedMs !== undefined && turn.sttEndedMs < atMs && turn.text === '' ? { ...turn, sttEndedMs: undefined } : turn;

export function onVoiceProgress(step: Transition, speechMs: number): void {
  if (!step.state.turn.isSpeaking) return;
  step.set({ turn: { ...step.state.turn, speechMs } });
  onVoiceGoesOn(step);
  considerInterruption(step, false);
}

export function onVoiceEnd(step: Transition, atMs: number): void {
  endVoice(step, atMs);
  endTurnWhenDue(step);
}

/** The user is silent; what that means for the turn is another question. */
export function endVoice(step: Transition, atMs: number): void {
  const { turn, pauses, options } = step.state;
  step.set({ turn: stopSpeaking(turn, atMs), pauses: learnEnd(pauses, atMs, delayBounds(options)) });
  step.cancelTimer('turn-limit');
  setUserState(step, 'listening', atMs);
  awaitText(step, atMs);
  awaitFalseInterruption(step);
}

export function onInterim(step: Transition, event: Interim): void {
  const { text, segmentId } = event;
  // One that says nothing is told only where it takes back what was told.
  if (text !== '' || step.state.turn.segments.some((known) => known.segmentId === segmentId && known.text !== ''))
    tellTranscript(step, event, false);
  if (step.state.settled.some((segment) => segment.segmentId === segmentId)) return;
  const { turn } = step.state;
  step.set({ turn: { ...takeInterim(turn, { segmentId, text }), language: event.language ?? turn.language } });
  if (text !== '') onText(step);
  if (step.state.turn.text === '') takeBackPreemptive(step);
  checkTurnLimit(step);
  considerInterruption(step, false);
  endTurnWhenDue(step);
}

export function onFinal(step: Transition, event: Final): void {
  if (event.text !== '') tellTranscript(step, event, true);
  const { settled, turn: before } = step.state;
  const { segmentId, endedMs } = event;
  const text = newText(step, event);
  const turn = { ...takeFinal(before, { segmentId, text, endedMs }, step.nowMs), language: event.language ?? before.language };
  step.set({ turn, settled: settled.filter((segment) => segment.segmentId !== segmentId) });
  if (event.text !== '') onText(step);
  if (turn.text === '') takeBackPreemptive(step);
  if (text === '') return endTurnWhenDue(step);
  checkTurnLimit(step);
  // It was asked to end, and this is what was waited for.
  if (step.state.timers.has('manual-commit')) return commitTurn(step, { isAsked: true });
  const wasFree = holderOf(step.state.floor) === undefined;
  considerInterruption(step, true);
  // With a speech still on the floor there is nothing to be gained, and it may yet be decided that it goes on.
  if (wasFree) startPreemptively(step, step.state.turn.text);
  endTurnWhenDue(step);
}

/** How long a final still due is waited for when the application asks for the end of the turn. Turn-taking rules, the user's turn ends, 2. */
const manualCommitMs = 500;

/** The application asks for the end of the turn: at once, or with the final still due, if that comes soon. */
export function commitOnRequest(step: Transition): void {
  if (step.state.isClosing || !isFinalDue(step.state.turn, step.nowMs)) return commitNow(step);
  // Asked for again, it is not put off.
  if (step.state.timers.has('manual-commit')) return;
  step.do({ type: 'hearing-flush' });
  step.setTimer('manual-commit', manualCommitMs);
}

/** Commits what there is: asked for by the application. */
export function commitNow(step: Transition): void {
  if (step.state.turn.text !== '') commitTurn(step, { isAsked: true });
}

/** How far an STT may be off with the end of what was said. */
const clearToleranceMs = 100;
/** What comes later than so long after the clear is heard again, whatever times the STT gives it. */
const forgetMs = 5000;

export function clearTurn(step: Transition): void {
  const { turn, settled, isClosing } = step.state;
  cancelEnd(step);
  cancelPreemptive(step);
  endDetection(step);
  forgetUnheard(step);
  // What is said from now on is another segment, so that it can be told from what was said before.
  if (!isClosing && isFinalDue(turn, step.nowMs)) step.do({ type: 'hearing-flush' });
  step.set({ settled: settle(settled, turn.segments, { taken: false }), forgottenUntilMs: step.nowMs + clearToleranceMs });
  beginNextTurn(step);
  goOnWithHeld(step);
}

/** No end of the turn is due any more. */
function cancelEnd(step: Transition): void {
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  step.cancelTimer('manual-commit');
  step.cancelTimer('turn-limit');
}

function beginNextTurn(step: Transition): void {
  const { isSpeaking, speechMs, language, segments } = step.state.turn;
  if (segments.some(({ isFinal, text }) => !isFinal && text !== '')) step.do({ type: 'hearing-settle' });
  // Whoever speaks on has begun the next turn.
  const startedMs = isSpeaking ? step.nowMs : undefined;
  const turn = { ...emptyUserTurn, isSpeaking, speechMs, language, startedMs };
  step.set({ turn, preemptiveTries: 0, preemptiveText: undefined, isLimitTold: false });
  if (isSpeaking) awaitTurnLimit(step);
}

/** The decision about the user's turn was open, and has not stopped a held speech: it goes on, if only that was waited for. */
function goOnWithHeld(step: Transition): void {
  if (step.state.turn.isSpeaking || step.state.isClosing) return;
  if (step.state.isResumeDue) return onFalseInterruption(step);
  if (!step.state.timers.has('false-interruption')) awaitFalseInterruption(step);
}

/** The check that any new trigger makes anew: commit now, later, or when more is known. */
export function endTurnWhenDue(step: Transition): void {
  step.cancelTimer('endpointing');
  step.cancelTimer('interim-commit');
  if (!step.state.turn.isSpeaking && step.state.turn.text !== '') askDetector(step);
  const { turn, options, isResumeDue } = step.state;
  const end = checkEndOfTurn(turn, options, { nowMs: step.nowMs, delayMs: endpointingDelayMs(step.state) });
  if (end.type === 'wait') return isResumeDue ? goOnWithHeld(step) : undefined;
  // Nobody will answer any more, but what was said is kept; a final still due is waited for by who closes.
  const isLastChance = step.state.isClosing && end.by === 'endpointing';
  if (end.atMs <= step.nowMs || isLastChance) commitTurn(step);
  else if (!step.state.isClosing) step.setTimer(end.by, end.atMs - step.nowMs);
}

export function commitTurn(step: Transition, { isAsked = false }: { readonly isAsked?: boolean } = {}): void {
  const { turn, settled } = step.state;
  cancelEnd(step);
  // What the policy lets pass while the agent speaks is no turn that wants an answer.
  const isOverheard = !isAsked && interruptibleSpeeches(step.state.floor).length > 0 && interruptionVerdict(step, true) === 'ignore';
  if (!isOverheard) {
    stopForUser(step);
    dropOutdatedReplies(step);
  }
  step.do({
    type: isOverheard ? 'turn-overheard' : 'turn-commit',
    turn: {
      text: turn.text,
      startedMs: turn.startedMs,
      stoppedMs: turn.stoppedMs,
      finalAtMs: turn.finalAtMs,
      committedMs: step.nowMs,
    },
  });
  step.set({ settled: settle(settled, turn.segments, { taken: true }) });
  beginNextTurn(step);
  endDetection(step);
  // It is known now that it was no interruption: a speech that was held for it goes on.
  if (isOverheard) onFalseInterruption(step);
}

/** What a final says that was neither taken before, as an interim, nor is to be forgotten. */
function newText({ state, nowMs }: Transition, { segmentId, text, endedMs }: Final): string {
  const settled = state.settled.find((segment) => segment.segmentId === segmentId);
  if (settled !== undefined) return settled.text === undefined ? '' : beyondTaken(settled.text, text);
  const { forgottenUntilMs = -Infinity } = state;
  return endedMs <= forgottenUntilMs && nowMs <= forgottenUntilMs + forgetMs ? '' : text;
}

/** Begins a reply to what the user has said, before the turn is over. */
export function startPreemptively(step: Transition, text: string): void {
  const { options, turn, preemptiveTries, preemptiveText, isClosing } = step.state;
  const { preemptive } = options;
  if (isClosing || text === '' || preemptive === null || preemptiveTries >= preemptive.maxTries) return;
  // The STT was eager, and this is the same in the end.
  if (preemptiveText !== undefined && sameWords(preemptiveText, text)) return;
  const untilMs = turn.isSpeaking ? step.nowMs : (turn.stoppedMs ?? step.nowMs);
  const speechMs = untilMs - (turn.startedMs ?? untilMs);
  if (speechMs > preemptive.maxSpeechMs) return;
  step.set({ preemptiveTries: preemptiveTries + 1, preemptiveText: text });
  step.do({ type: 'preemptive-start', text });
}

/** The text that a reply was begun for is none any more; one for the turn before, whose hook still runs, is another matter. */
function takeBackPreemptive(step: Transition): void {
  if (step.state.preemptiveText !== undefined) cancelPreemptive(step);
}

/** What was begun is of no use. */
export function cancelPreemptive(step: Transition): void {
  step.set({ preemptiveText: undefined });
  step.do({ type: 'preemptive-cancel' });
}

function tellTranscript(step: Transition, event: Interim | Final, isFinal: boolean): void {
  endAway(step);
  const { segmentId, text, language, speaker } = event;
  step.emit({
    type: 'user-input-transcribed',
    segmentId,
    transcript: text,
    isFinal,
    ...(language === undefined ? {} : { language }),
    ...(speaker === undefined ? {} : { speaker }),
  });
}

/** Whoever says or writes something is there. */
export function endAway(step: Transition): void {
  if (step.state.user === 'away') setUserState(step, 'listening', step.nowMs);
}

function setUserState(step: Transition, newState: 'listening' | 'speaking', atMs: number): void {
  const oldState = step.state.user;
  if (oldState === newState) return;
  step.emit({ type: 'user-state-changed', oldState, newState }, atMs);
  step.set({ user: newState });
}
