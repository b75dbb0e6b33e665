import { isFinalDue, type UserTurn } from './user-turn.js';

/** The application has asked for the end of the turn, and the STT may still have something to say of it. Times are the clock's. */
export interface CommitRequest {
  readonly askedMs: number;
  /** Up to where the user is known to have spoken before that; undefined: nobody tells when they speak. */
  readonly spokenUntilMs: number | undefined;
  /** Up to where there are finals of it. */
  readonly answeredUntilMs: number;
  /** The turn was taken, or the deadline has passed: what still comes of what was said before is taken the moment it is there. */
  readonly isLate: boolean;
  /** The user has begun to speak again since. */
  readonly isFollowed: boolean;
}

/** The last of what the STT says of an utterance may end this much before the voice did, as the VAD has it: the two measure differently. */
const finalToleranceMs = 500;
/** How far an STT may be off with the end of what was said. */
const endToleranceMs = 100;
/** Where nobody tells when the user speaks, a text that comes within so long is one of before, whatever times the STT gives it. */
const believedMs = 5000;

/** @param nowMs When the application asked. */
export const requestCommit = ({ isSpeaking, stoppedMs, segments }: UserTurn, nowMs: number): CommitRequest => ({
  askedMs: nowMs,
  spokenUntilMs: isSpeaking ? nowMs : stoppedMs,
  answeredUntilMs: Math.max(...segments.map(({ endedMs = -Infinity }) => endedMs), -Infinity),
  isLate: false,
  isFollowed: false,
});

/** The voice has ended: the VAD says so only after some silence. One that went on beyond the request has begun something new. */
export function noteVoiceEnd(request: CommitRequest, endedMs: number): CommitRequest {
  const { spokenUntilMs, askedMs } = request;
  if (endedMs > askedMs + endToleranceMs) return { ...request, isFollowed: true };
  return spokenUntilMs !== undefined && endedMs < spokenUntilMs ? { ...request, spokenUntilMs: endedMs } : request;
}

export const noteFinal = (request: CommitRequest, endedMs: number): CommitRequest => ({
  ...request,
  answeredUntilMs: Math.max(request.answeredUntilMs, endedMs),
});

/** Whether the STT has said what was asked for, as the turn now stands. */
export const isAnswered = ({ spokenUntilMs, answeredUntilMs }: CommitRequest, turn: UserTurn): boolean =>
  turn.text !== '' && !turn.hasInterim && (spokenUntilMs === undefined || answeredUntilMs >= spokenUntilMs - finalToleranceMs);

/** Whether a text that comes now is of what was said before the request; `endedMs` is where its audio ended, if that is known. */
export function isOfRequest(
  { askedMs, isFollowed, spokenUntilMs }: CommitRequest,
  { isSpeaking }: UserTurn,
  { nowMs, endedMs = Infinity }: { readonly nowMs: number; readonly endedMs?: number },
): boolean {
  if (endedMs <= askedMs + endToleranceMs) return true;
  return !isFollowed && !isSpeaking && (spokenUntilMs !== undefined || nowMs <= askedMs + believedMs);
}

/**
 * Whether text may still come of what was said before now. Without any there is nothing to lose by waiting for it; with some, it may as long
 * as a final is believed to be on its way, or where nobody tells when the user speaks.
 */
export function mayHaveMore(turn: UserTurn, nowMs: number): boolean {
  const isVoiceKnown = turn.isSpeaking || turn.stoppedMs !== undefined;
  return turn.text === '' || !isVoiceKnown || isFinalDue(turn, nowMs);
}
