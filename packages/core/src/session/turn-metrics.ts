import type { TurnMetrics } from '../observe/agent-event.js';
import type { DeliveryResult, DeliveryTimes } from '../speaking/delivery.js';
import type { AnsweredTurn } from './reply-request.js';
import type { CommittedTurn } from './session-effect.js';

export interface StepTimes {
  readonly speechId: string;
  readonly step: number;
  readonly answered: AnsweredTurn | undefined;
  /** When the LLM was called, and when the reply was meant for the caller: the same but for preemptive ones. */
  readonly createdMs: number;
  readonly begunMs: number;
  readonly firstTokenMs: number | undefined;
  readonly lastTokenMs: number | undefined;
  /** As the LLM reported it; undefined if it did not. */
  readonly outputTokens: number | undefined;
  readonly delivery: DeliveryResult;
  readonly times: DeliveryTimes;
  readonly toWall: (clockMs: number) => number;
}

/** One reply by stage. What did not happen is absent. */
export function stepMetrics(step: StepTimes): TurnMetrics {
  const { answered, createdMs, begunMs, firstTokenMs, delivery, times, toWall } = step;
  const { firstSentenceMs, firstAudioMs, playoutStartedMs, playoutEndedMs } = times;
  return {
    speechId: step.speechId,
    step: step.step,
    ...(answered === undefined ? {} : turnStages(answered, playoutStartedMs, toWall)),
    ...stage('replyDelayMs', playoutStartedMs, answered?.acceptedMs ?? begunMs),
    ...stage('llmFirstTokenMs', firstTokenMs, createdMs),
    ...stage('llmFirstSentenceMs', firstSentenceMs, createdMs),
    ...tokenRate(step),
    ...stage('ttsFirstAudioMs', firstAudioMs, firstSentenceMs),
    ...(playoutStartedMs === undefined ? {} : { playoutStartedAt: toWall(playoutStartedMs) }),
    ...(playoutEndedMs === undefined ? {} : { playoutEndedAt: toWall(playoutEndedMs) }),
    playedMs: delivery.playedMs,
    interrupted: !delivery.complete,
  };
}

/**
 * The delays of a user turn from its anchors (scenario S003). Anchors that cannot belong together, a voice that ended before it began, give
 * nothing rather than nonsense.
 */
export function turnDelays(turn: CommittedTurn): Pick<TurnMetrics, 'transcriptionDelayMs' | 'endOfTurnDelayMs'> {
  const { startedMs, stoppedMs, finalAtMs, committedMs } = turn;
  if (startedMs === undefined || stoppedMs === undefined || finalAtMs === undefined || stoppedMs < startedMs) return {};
  return { transcriptionDelayMs: Math.max(0, finalAtMs - stoppedMs), endOfTurnDelayMs: committedMs - stoppedMs };
}

/** From the first token to the last (scenario S004): what came all at once, or is not counted, has no rate. */
export function tokenRate({
  firstTokenMs,
  lastTokenMs,
  outputTokens,
}: Pick<StepTimes, 'firstTokenMs' | 'lastTokenMs' | 'outputTokens'>): Pick<TurnMetrics, 'llmTokensPerSecond'> {
  if (firstTokenMs === undefined || lastTokenMs === undefined || outputTokens === undefined || lastTokenMs <= firstTokenMs) return {};
  return { llmTokensPerSecond: (outputTokens * 1000) / (lastTokenMs - firstTokenMs) };
}

function turnStages(
  { turn, acceptedMs }: AnsweredTurn,
  playoutStartedMs: number | undefined,
  toWall: (clockMs: number) => number,
): Partial<TurnMetrics> {
  const { startedMs, stoppedMs, committedMs } = turn;
  return {
    ...(startedMs === undefined ? {} : { userStartedAt: toWall(startedMs) }),
    ...(stoppedMs === undefined ? {} : { userStoppedAt: toWall(stoppedMs) }),
    ...turnDelays(turn),
    hookMs: acceptedMs - committedMs,
    ...stage('responseDelayMs', playoutStartedMs, stoppedMs),
  };
}

/** The metric if both of its ends are known. */
function stage(
  name: 'replyDelayMs' | 'llmFirstTokenMs' | 'llmFirstSentenceMs' | 'ttsFirstAudioMs' | 'responseDelayMs',
  atMs: number | undefined,
  sinceMs: number | undefined,
): Partial<TurnMetrics> {
  return atMs === undefined || sinceMs === undefined ? {} : { [name]: atMs - sinceMs };
}
