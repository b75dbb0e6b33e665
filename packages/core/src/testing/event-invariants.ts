import type { ModelUsage, TurnMetrics } from '../observe/agent-event.js';
import type { PlayedCall } from './play-random-call.js';

export function brokenEvents({ events, premature }: PlayedCall): string[] {
  const strange = events.find((event) => !isPlain(event));
  const closes = events.filter(({ type }) => type === 'close').length;
  return [
    ...(strange === undefined ? [] : [`I5: ${strange.type} is not plain data`]),
    ...(closes === 1 && events.at(-1)?.type === 'close' ? [] : [`I7: ${closes} close events, the last event is ${events.at(-1)?.type}`]),
    ...premature.map((what) => `I15: ${what}`),
  ];
}

/** Whether it is the same after a trip through JSON. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

/** Times are sums of frames: so much they may be off. */
const toleranceMs = 0.01;
/** What was heard is told to half a millisecond: so much an output may be behind when another takes its place. */
const playedToleranceMs = 0.5;

export function brokenMetrics({ events }: PlayedCall): string[] {
  const all = events.flatMap((event) => (event.type === 'turn-metrics' ? [event.metrics] : []));
  const steps = new Map<string, number>();
  return all.flatMap((metrics) => {
    const { speechId, step } = metrics;
    const expected = steps.get(speechId) ?? 0;
    steps.set(speechId, step + 1);
    const name = `I12: metrics of ${speechId}, step ${step}`;
    return [...(step === expected ? [] : [`${name}, where ${expected} is next`]), ...brokenTurn(metrics).map((what) => `${name}: ${what}`)];
  });
}

function brokenTurn(metrics: TurnMetrics): string[] {
  const { endOfTurnDelayMs, hookMs, replyDelayMs, responseDelayMs, playoutStartedAt, playoutEndedAt, playedMs } = metrics;
  const { transcriptionDelayMs, llmFirstTokenMs, llmFirstSentenceMs, ttsFirstAudioMs } = metrics;
  const stages = { transcriptionDelayMs, hookMs, replyDelayMs, llmFirstTokenMs, llmFirstSentenceMs, ttsFirstAudioMs, playedMs };
  const negative = Object.entries(stages).filter(([, ms]) => ms !== undefined && !(ms >= -toleranceMs));
  const isWhole = endOfTurnDelayMs !== undefined && hookMs !== undefined && replyDelayMs !== undefined && responseDelayMs !== undefined;
  const sumMs = isWhole ? endOfTurnDelayMs + hookMs + replyDelayMs : 0;
  const heardMs = (playoutEndedAt ?? 0) - (playoutStartedAt ?? 0);
  return [
    ...negative.map(([stage, ms]) => `${stage} is ${ms}`),
    ...(isWhole && Math.abs(sumMs - responseDelayMs) > toleranceMs ? [`stages of ${sumMs} in a silence of ${responseDelayMs}`] : []),
    ...(playoutEndedAt !== undefined && playedMs > heardMs + playedToleranceMs ? [`${playedMs} ms were played in ${heardMs}`] : []),
  ];
}

/** It only grows, and no model is forgotten. */
export function brokenUsage({ events }: PlayedCall): string[] {
  let before: readonly ModelUsage[] = [];
  for (const event of events) {
    if (event.type !== 'usage-updated') continue;
    const lost = before.find((known) => !event.usage.some((now) => isGrown(known, now)));
    if (lost !== undefined) return [`I13: usage of ${lost.provider}/${lost.model} has shrunk from ${JSON.stringify(lost.usage)}`];
    before = event.usage;
  }
  return [];
}

const isGrown = (known: ModelUsage, now: ModelUsage): boolean =>
  known.kind === now.kind &&
  known.provider === now.provider &&
  known.model === now.model &&
  Object.entries(known.usage).every(([unit, count]) => (new Map(Object.entries(now.usage)).get(unit) ?? -1) >= count);
