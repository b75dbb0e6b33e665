import { wordSpans } from '../text/words.js';
import type { TurnOptions } from './turn-options.js';
import { putSegment, segmentsText, type TurnSegment } from './turn-segments.js';

/** What the user has said since the last committed turn. All times are the clock's. */
export interface UserTurn {
  readonly isSpeaking: boolean;
  /** Length of the present stretch of speech, as far as the VAD has counted it. */
  readonly speechMs: number;
  /** Start of the stretch in which the turn's first text was said. */
  readonly startedMs: number | undefined;
  /** When the voice last ended. */
  readonly stoppedMs: number | undefined;
  /** What was transcribed, piece by piece. */
  readonly segments: readonly TurnSegment[];
  /** Its text as it stands, final or not. */
  readonly text: string;
  /** Some of the text may still change. */
  readonly hasInterim: boolean;
  /** When the last final came that held any. */
  readonly finalAtMs: number | undefined;
  /** Of the last transcript, where the STT says it. */
  readonly language: string | undefined;
  /** When the voice ended, by the STT's own account; undefined while the turn goes on by it. */
  readonly sttEndedMs: number | undefined;
}

export const emptyUserTurn: UserTurn = {
  isSpeaking: false,
  speechMs: 0,
  startedMs: undefined,
  stoppedMs: undefined,
  segments: [],
  text: '',
  hasInterim: false,
  finalAtMs: undefined,
  language: undefined,
  sttEndedMs: undefined,
};

/** What the end-of-turn check found. */
export type EndOfTurn =
  | { readonly type: 'wait' }
  /** The turn is over, unless something new is heard before. `interim-commit` takes the interim text in place of a final that never came. */
  | { readonly type: 'due'; readonly by: 'endpointing' | 'interim-commit'; readonly atMs: number };

export const turnWords = (turn: UserTurn): number => wordSpans(turn.text).length;

export const startSpeaking = (turn: UserTurn, atMs: number, nowMs: number): UserTurn => ({
  ...turn,
  isSpeaking: true,
  speechMs: Math.max(0, nowMs - atMs),
  // Noise before the first word is not part of the turn.
  startedMs: turn.text === '' ? atMs : (turn.startedMs ?? atMs),
});

export const stopSpeaking = (turn: UserTurn, atMs: number): UserTurn => ({ ...turn, isSpeaking: false, speechMs: 0, stoppedMs: atMs });

export const takeInterim = (turn: UserTurn, segment: Pick<TurnSegment, 'segmentId' | 'text'>): UserTurn =>
  withSegments(turn, putSegment(turn.segments, { ...segment, isFinal: false }));

/** An empty final says that the segment held nothing: what was interim goes. */
export function takeFinal(turn: UserTurn, { segmentId, text, endedMs }: Omit<TurnSegment, 'isFinal'>, nowMs: number): UserTurn {
  // A time before the turn began is none to go by.
  const isKnown = endedMs !== undefined && endedMs >= (turn.startedMs ?? -Infinity);
  const segment = { segmentId, text, isFinal: true, ...(isKnown ? { endedMs } : {}) };
  return { ...withSegments(turn, putSegment(turn.segments, segment)), ...(text === '' ? {} : { finalAtMs: nowMs }) };
}

const withSegments = (turn: UserTurn, segments: readonly TurnSegment[]): UserTurn => ({
  ...turn,
  segments,
  text: segmentsText(segments),
  hasInterim: segments.some(({ isFinal, text }) => !isFinal && text !== ''),
});

/**
 * Rule "The user's turn ends", 2 to 4 of the turn-taking rules: wait for text; then the endpointing delay, which counts from the end
 * of the voice, so that time already passed is subtracted. Text that is still interim gets its own deadline. Where the STT ends turns, its
 * word counts and not the VAD's; should it never come, the maximum delay ends the turn.
 *
 * @param delayMs The endpointing delay for this pause.
 */
export function checkEndOfTurn(
  turn: UserTurn,
  options: TurnOptions,
  { nowMs, delayMs }: { readonly nowMs: number; readonly delayMs: number },
): EndOfTurn {
  const { turnDetection, sttEnds, interimCommitTimeoutMs, maxEndpointingDelayMs } = options;
  if (turnDetection === 'manual' || turnDetection === 'realtime_llm' || turn.text === '') return { type: 'wait' };
  const isEndedBySTT = sttEnds !== 'none' && turn.sttEndedMs !== undefined;
  if (turn.isSpeaking && !isEndedBySTT) return { type: 'wait' };
  const stoppedMs = (isEndedBySTT ? turn.sttEndedMs : turn.stoppedMs) ?? turn.finalAtMs ?? nowMs;
  const by = turn.hasInterim ? 'interim-commit' : 'endpointing';
  // Nobody has said that the turn is over: the last that was heard of it counts.
  if (sttEnds !== 'none' && !isEndedBySTT) {
    const heardMs = turn.hasInterim ? nowMs : Math.max(stoppedMs, turn.finalAtMs ?? stoppedMs);
    return { type: 'due', by, atMs: heardMs + maxEndpointingDelayMs };
  }
  if (by === 'interim-commit') return { type: 'due', by, atMs: stoppedMs + interimCommitTimeoutMs };
  return { type: 'due', by: 'endpointing', atMs: stoppedMs + delayMs };
}

/** How long a final is believed to be on its way after the voice. */
const finalDueMs = 2000;

/** Whether the STT may still have something to say of what was spoken. */
export function isFinalDue({ hasInterim, isSpeaking, stoppedMs, finalAtMs }: UserTurn, nowMs: number, dueMs = finalDueMs): boolean {
  if (hasInterim || isSpeaking) return true;
  return stoppedMs !== undefined && nowMs - stoppedMs < dueMs && (finalAtMs ?? -Infinity) < stoppedMs;
}
