import type { Agent } from '../agent/agent.js';
import { isAgentTask } from '../agent/agent-task.js';
import { AgentTaskError } from '../agent/agent-task-error.js';

const endings = { 'handed-off': 'another agent took over', interrupted: 'the task that awaited it is over' } as const;

/** Of agents that have left, those that are tasks end without a result, the topmost first. */
export function failTasks(left: readonly Agent[], code: keyof typeof endings): void {
  for (const agent of left.toReversed()) {
    if (isAgentTask(agent)) agent.fail(new AgentTaskError(code, `task "${agent.label}" was ended: ${endings[code]}`));
  }
}
