import type { Agent } from '../agent/agent.js';
import { isAgentTask } from '../agent/agent-task.js';
import { ChatContext } from '../chat/chat-context.js';

/** What was said during a task is known to whoever awaited it: its messages, without its instructions and its tools. */
export function tellAwaiting(agent: Agent, task: Agent, history: ChatContext): void {
  if (!isAgentTask(task)) return;
  const said = new Set(history.messages().map(({ id }) => id));
  const exchanged = task.chatContext.messages().filter(({ id, role }) => said.has(id) && role !== 'system' && role !== 'developer');
  agent.updateChatContext(agent.chatContext.merge(ChatContext.of(task.itemsForCaller(exchanged))));
}
