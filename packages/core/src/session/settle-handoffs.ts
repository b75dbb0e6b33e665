import { type HandoffOptions, handoffOf } from '../agent/handoff.js';
import { errorOutcome, type ToolOutcome } from '../tools/execute-tool.js';

/** The calls of one round once it is known who takes over. */
export interface SettledCalls<Call> {
  readonly calls: readonly Call[];
  readonly next: HandoffOptions | undefined;
}

/**
 * Who takes over after a round of tools. An interrupted turn hands over to nobody (scenario S081), and neither do two tools that name
 * different agents: the model is then told that it did not happen.
 */
export function settleHandoffs<Call extends { readonly outcome: ToolOutcome }>(
  calls: readonly Call[],
  isInterrupted: boolean,
): SettledCalls<Call> {
  const handoffs = calls.flatMap(({ outcome }) => handoffOf(outcome.value) ?? []);
  const [next] = handoffs;
  const isOne = handoffs.every(({ agent }) => agent === next?.agent);
  if (next === undefined || (isOne && !isInterrupted)) return { calls, next };
  const refused: ToolOutcome = isInterrupted
    ? { ...errorOutcome('The hand-off did not happen: the turn was interrupted.'), replyRequired: false }
    : errorOutcome('The hand-off did not happen: two tools named different agents to take over.');
  return {
    calls: calls.map((call) => (handoffOf(call.outcome.value) === undefined ? call : { ...call, outcome: refused })),
    next: undefined,
  };
}
