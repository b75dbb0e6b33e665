import type { Agent } from '../agent/agent.js';
import { type HandoffOptions, handoffOf } from '../agent/handoff.js';
import { errorOutcome, type ToolOutcome } from '../tools/execute-tool.js';

/** The calls of one round once it is known who takes over. */
export interface SettledCalls<Call> {
  readonly calls: readonly Call[];
  readonly next: HandoffOptions | undefined;
}

/** Whether a hand-off may happen at all. */
export interface HandoffRules {
  /** Why it may not, whoever is named: then nobody waits for an answer either. */
  readonly obstacle?: string | undefined;
  /** @throws {TypeError} This agent cannot take over. Reports why. */
  readonly check: (agent: Agent) => void;
}

/**
 * Who takes over after a round of tools. An interrupted turn hands over to nobody (scenario S081), neither does the tool of an agent that has
 * left, nor do two tools that name different agents, nor one that names an agent which cannot run here: the model is then told that it did
 * not happen.
 */
export function settleHandoffs<Call extends { readonly outcome: ToolOutcome }>(
  calls: readonly Call[],
  { obstacle, check }: HandoffRules,
): SettledCalls<Call> {
  const handoffs = calls.flatMap(({ outcome }) => handoffOf(outcome.value) ?? []);
  const [next] = handoffs;
  if (next === undefined) return { calls, next };
  const refused = obstacle === undefined ? refusal(handoffs, check) : { ...notHappened(obstacle), replyRequired: false };
  if (refused === undefined) return { calls, next };
  return {
    calls: calls.map((call) => (handoffOf(call.outcome.value) === undefined ? call : { ...call, outcome: refused })),
    next: undefined,
  };
}

function refusal(handoffs: readonly HandoffOptions[], check: (agent: Agent) => void): ToolOutcome | undefined {
  const [next] = handoffs;
  if (next === undefined) return undefined;
  if (handoffs.some(({ agent }) => agent !== next.agent)) return notHappened('two tools named different agents to take over');
  try {
    check(next.agent);
    return undefined;
  } catch {
    return notHappened('that agent cannot take over');
  }
}

const notHappened = (reason: string): ToolOutcome => errorOutcome(`The hand-off did not happen: ${reason}.`);
