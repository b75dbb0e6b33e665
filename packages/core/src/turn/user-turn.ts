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
}

export const emptyUserTurn: UserTurn = {
  isSpeaking: false,
  speechMs: 0,
  startedMs: undefined,
  stoppedMs: undefined,
  final: '',
  finalAtMs: undefined,
  interim: '',
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
 * Rule "The user's turn ends", 3 and 4 of the turn-taking rules: wait for text; then the endpointing delay, which counts from the end
 * of the voice, so that time already passed is subtracted. Text that is still interim gets its own deadline.
 */
export function checkEndOfTurn(turn: UserTurn, options: TurnOptions, nowMs: number): EndOfTurn {
  if (turn.isSpeaking || options.turnDetection === 'manual' || turnText(turn) === '') return { type: 'wait' };
  const stoppedMs = turn.stoppedMs ?? nowMs;
  if (turn.interim !== '') return { type: 'due', by: 'interim-commit', atMs: stoppedMs + options.interimCommitTimeoutMs };
  return { type: 'due', by: 'endpointing', atMs: stoppedMs + options.minEndpointingDelayMs };
}

const joinText = (before: string, after: string): string => (before === '' || after === '' ? before + after : `${before} ${after}`);
