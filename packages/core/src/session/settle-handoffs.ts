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
  /** Who has the word. */
  readonly present: Agent;
  /** Why it may not, whoever is named: then nobody waits for an answer either. */
  readonly obstacle?: string | undefined;
  /** @throws {TypeError} This agent cannot take over. Reports why. */
  readonly check: (agent: Agent) => void;
}

/**
 * Who takes over after a round of tools. An interrupted turn hands over to nobody (scenario S081), neither does the tool of an agent that has
 * left, nor do two tools that name different agents, nor one that names an agent which cannot run here: the model is then told that it did
 * not happen. One that names who has the word already is a tool like any other.
 */
export function settleHandoffs<Call extends { readonly outcome: ToolOutcome }>(
  calls: readonly Call[],
  { present, obstacle, check }: HandoffRules,
): SettledCalls<Call> {
  const handoffs = calls.flatMap(({ outcome }) => handoffOf(outcome.value) ?? []);
  const [next] = handoffs;
  if (next === undefined) return { calls, next };
  const isStaying = obstacle === undefined && handoffs.every(({ agent }) => agent === present);
  const refused = obstacle === undefined ? refusal(handoffs, check) : { ...notHappened(obstacle), replyRequired: false };
  if (refused === undefined && !isStaying) return { calls, next };
  const settled = calls.map((call) =>
    handoffOf(call.outcome.value) === undefined ? call : { ...call, outcome: refused ?? stayed(call.outcome) },
  );
  return { calls: settled, next: undefined };
}

/** Nobody new comes who would speak: the agent itself has to. */
const stayed = ({ output }: ToolOutcome): ToolOutcome => ({
  output: output === '' ? 'No hand-off was needed: this agent has the call already.' : output,
  isError: false,
  replyRequired: true,
});

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
