/** What a caller's pauses have taught so far about how long to wait. All times are the clock's. */
export interface LearntPauses {
  /** The minimum delay as learnt; undefined: nothing yet. */
  readonly minDelayMs: number | undefined;
  /** When the user's last stretch of speech began and ended. */
  readonly startedMs: number | undefined;
  readonly endedMs: number | undefined;
  /** When the agent last began to speak, unless the user has ended since and it is silent. */
  readonly agentStartedMs: number | undefined;
  readonly isAgentSpeaking: boolean;
  /** The present stretch began while the agent spoke. */
  readonly isOverlap: boolean;
  /** The pause before the present stretch, where it is one within a turn. */
  readonly pauseMs: number | undefined;
}

/** Within what the delay is learnt; as the options give it. */
export interface DelayBounds {
  readonly minMs: number;
  readonly maxMs: number;
  /** Share of what was known before in what is known after: 0.9 if not given, as the moving average of the turn-taking rules. */
  readonly alpha?: number;
}

export const nothingLearnt: LearntPauses = {
  minDelayMs: undefined,
  startedMs: undefined,
  endedMs: undefined,
  agentStartedMs: undefined,
  isAgentSpeaking: false,
  isOverlap: false,
  pauseMs: undefined,
};

const defaultAlpha = 0.9;

/** The delay to go by: what was learnt, else the minimum; never beyond the bounds, and the maximum wins over a minimum above it. */
export const learntDelayMs = ({ minDelayMs }: LearntPauses, { minMs, maxMs }: DelayBounds): number =>
  Math.min(maxMs, Math.max(minMs, minDelayMs ?? minMs));

/**
 * The user speaks again. The time since they stopped was a pause within what they had to say if the agent has not spoken in between, or had
 * only just begun: then it had cut in too early. An interruption that follows upon another tells nothing.
 */
export function learnStart(pauses: LearntPauses, atMs: number, bounds: DelayBounds): LearntPauses {
  const { endedMs, agentStartedMs, isAgentSpeaking, isOverlap: wasOverlap } = pauses;
  const isImmediate =
    isAgentSpeaking && !wasOverlap && agentStartedMs !== undefined && atMs - agentStartedMs <= learntDelayMs(pauses, bounds);
  const isWithinTurn = agentStartedMs === undefined || isImmediate;
  const pauseMs = endedMs !== undefined && isWithinTurn && atMs > endedMs ? atMs - endedMs : undefined;
  return {
    ...pauses,
    startedMs: atMs,
    isOverlap: isAgentSpeaking,
    pauseMs: pauseMs !== undefined && pauseMs <= bounds.maxMs ? pauseMs : undefined,
  };
}

/** The user stopped: the pause before this stretch is learnt now, and a new one begins. */
export function learnEnd(pauses: LearntPauses, atMs: number, bounds: DelayBounds): LearntPauses {
  const { pauseMs, isAgentSpeaking, agentStartedMs } = pauses;
  const next = { ...pauses, endedMs: atMs, agentStartedMs: isAgentSpeaking ? agentStartedMs : undefined, pauseMs: undefined };
  if (pauseMs === undefined) return next;
  const { alpha = defaultAlpha } = bounds;
  const learntMs = alpha * learntDelayMs(pauses, bounds) + (1 - alpha) * pauseMs;
  return { ...next, minDelayMs: Math.min(bounds.maxMs, Math.max(bounds.minMs, learntMs)) };
}

export const learnAgentStart = (pauses: LearntPauses, atMs: number): LearntPauses => ({
  ...pauses,
  agentStartedMs: atMs,
  isAgentSpeaking: true,
});

export const learnAgentEnd = (pauses: LearntPauses): LearntPauses => ({ ...pauses, isAgentSpeaking: false });
