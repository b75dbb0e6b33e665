import type { ExecutedToolCall, TurnMetrics } from '@parley/core';

/**
 * The stages of the silence before a reply, in their order: until the final transcript, then until the decision that the turn is over,
 * the application's hook, the LLM until its first sentence, tools, the TTS until its first audio, and whatever else took time.
 */
export const stageNames = ['transcript', 'end of turn', 'hook', 'LLM', 'tools', 'TTS', 'other'] as const;
export type StageName = (typeof stageNames)[number];

export interface Stage {
  readonly name: StageName;
  readonly durationMs: number;
}

/** One reply to the caller, or one speech of the agent's own, by stage. */
export interface TurnLatency {
  readonly speechId: string;
  /** Absent for what answers no turn of the caller's. */
  readonly userStoppedAt?: number;
  /** Only stages that took place. */
  readonly stages: readonly Stage[];
  /** From the end of the caller's voice (or the request to speak) to the agent's first sound: what the stages add up to. */
  readonly responseMs: number;
  readonly playedMs: number;
  readonly interrupted: boolean;
}

/** An agent without the hook spends microseconds in it: no stage of its own. */
const shortestHookMs = 1;

/**
 * Adds up what one speech reported. A speech that calls a tool first has several steps: those until its first sound count.
 *
 * @param steps The speech's metrics, in order.
 * @param calls The tool calls of the speech.
 * @returns `undefined` if nothing of the speech was ever heard.
 */
export function turnLatency(steps: readonly TurnMetrics[], calls: readonly ExecutedToolCall[]): TurnLatency | undefined {
  const soundingIndex = steps.findIndex((step) => step.playoutStartedAt !== undefined);
  const sounding = steps[soundingIndex];
  if (sounding?.playoutStartedAt === undefined) return undefined;
  const silent = steps.slice(0, soundingIndex);
  const user = [...silent, sounding].find((step) => step.userStoppedAt !== undefined);
  const responseMs = user?.userStoppedAt === undefined ? (sounding.replyDelayMs ?? 0) : sounding.playoutStartedAt - user.userStoppedAt;
  const before = calls.filter((call) => call.startedAt <= (sounding.playoutStartedAt ?? 0));
  const hookMs = user?.hookMs ?? 0;
  const endOfTurnMs = user?.endOfTurnDelayMs ?? 0;
  const transcriptMs = Math.min(user?.transcriptionDelayMs ?? 0, endOfTurnMs);
  const known: readonly Stage[] = [
    { name: 'transcript', durationMs: transcriptMs },
    { name: 'end of turn', durationMs: endOfTurnMs - transcriptMs },
    { name: 'hook', durationMs: hookMs < shortestHookMs ? 0 : hookMs },
    {
      name: 'LLM',
      durationMs: sum(silent.map((step) => step.llmFirstTokenMs)) + (sounding.llmFirstSentenceMs ?? sounding.llmFirstTokenMs ?? 0),
    },
    { name: 'tools', durationMs: toolsMs(before) },
    { name: 'TTS', durationMs: sounding.ttsFirstAudioMs ?? 0 },
  ];
  // What no stage accounts for is shown, not hidden. Below zero, the LLM had begun before the turn was over.
  const other: Stage = { name: 'other', durationMs: responseMs - sum(known.map((stage) => stage.durationMs)) };
  return {
    speechId: sounding.speechId,
    ...(user?.userStoppedAt === undefined ? {} : { userStoppedAt: user.userStoppedAt }),
    stages: [...known, other].filter((stage) => stage.durationMs > 0),
    responseMs,
    playedMs: sum(steps.map((step) => step.playedMs)),
    interrupted: steps.some((step) => step.interrupted),
  };
}

/** Calls of one step run at once: what counts is the time in which any of them ran. */
function toolsMs(calls: readonly ExecutedToolCall[]): number {
  let totalMs = 0;
  let coveredUntil = -Infinity;
  for (const call of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    totalMs += Math.max(0, call.endedAt - Math.max(call.startedAt, coveredUntil));
    coveredUntil = Math.max(coveredUntil, call.endedAt);
  }
  return totalMs;
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
