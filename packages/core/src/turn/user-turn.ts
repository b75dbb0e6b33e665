import { wordSpans } from '../text/words.js';
import type { TurnOptions } from './turn-options.js';

/** What the user has said since the last committed turn. All times are the clock's. */
export interface UserTurn {
  readonly isSpeaking: boolean;
  /** Length of the present stretch of speech, as far as the VAD has counted it. */
  readonly speechMs: number;
  /** Start of the stretch in which the turn's first text was said. */
  readonly startedMs: number | undefined;
  /** When the voice last ended. */
  readonly stoppedMs: number | undefined;
  /** Final text so far, utterances joined with blanks. */
  readonly final: string;
  readonly finalAtMs: number | undefined;
  /** Text that may still change, after the final one. */
  readonly interim: string;
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
  final: '',
  finalAtMs: undefined,
  interim: '',
  language: undefined,
  sttEndedMs: undefined,
};

/** What the end-of-turn check found. */
export type EndOfTurn =
  | { readonly type: 'wait' }
  /** The turn is over, unless something new is heard before. `interim-commit` takes the interim text in place of a final that never came. */
  | { readonly type: 'due'; readonly by: 'endpointing' | 'interim-commit'; readonly atMs: number };

export const turnText = (turn: UserTurn): string => joinText(turn.final, turn.interim);
export const turnWords = (turn: UserTurn): number => wordSpans(turnText(turn)).length;

export const startSpeaking = (turn: UserTurn, atMs: number, nowMs: number): UserTurn => ({
  ...turn,
  isSpeaking: true,
  speechMs: Math.max(0, nowMs - atMs),
  // Noise before the first word is not part of the turn.
  startedMs: turnText(turn) === '' ? atMs : (turn.startedMs ?? atMs),
});

export const stopSpeaking = (turn: UserTurn, atMs: number): UserTurn => ({ ...turn, isSpeaking: false, speechMs: 0, stoppedMs: atMs });

/** An empty final says that the utterance held nothing: what was interim goes. */
export const takeFinal = (turn: UserTurn, text: string, nowMs: number): UserTurn => ({
  ...turn,
  interim: '',
  ...(text === '' ? {} : { final: joinText(turn.final, text), finalAtMs: nowMs }),
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
  if (turnDetection === 'manual' || turnDetection === 'realtime_llm' || turnText(turn) === '') return { type: 'wait' };
  const isEndedBySTT = sttEnds !== 'none' && turn.sttEndedMs !== undefined;
  if (turn.isSpeaking && !isEndedBySTT) return { type: 'wait' };
  const stoppedMs = (isEndedBySTT ? turn.sttEndedMs : turn.stoppedMs) ?? turn.finalAtMs ?? nowMs;
  const by = turn.interim === '' ? 'endpointing' : 'interim-commit';
  // Nobody has said that the turn is over: the last that was heard of it counts.
  if (sttEnds !== 'none' && !isEndedBySTT) {
    const heardMs = turn.interim === '' ? Math.max(stoppedMs, turn.finalAtMs ?? stoppedMs) : nowMs;
    return { type: 'due', by, atMs: heardMs + maxEndpointingDelayMs };
  }
  if (by === 'interim-commit') return { type: 'due', by, atMs: stoppedMs + interimCommitTimeoutMs };
  return { type: 'due', by: 'endpointing', atMs: stoppedMs + delayMs };
}

/** How long a final is believed to be on its way after the voice. */
const finalDueMs = 2000;

/** Whether the STT may still have something to say of what was spoken. */
export function isFinalDue({ interim, isSpeaking, stoppedMs, finalAtMs }: UserTurn, nowMs: number): boolean {
  if (interim !== '' || isSpeaking) return true;
  return stoppedMs !== undefined && nowMs - stoppedMs < finalDueMs && (finalAtMs ?? -Infinity) < stoppedMs;
}

const joinText = (before: string, after: string): string => (before === '' || after === '' ? before + after : `${before} ${after}`);
