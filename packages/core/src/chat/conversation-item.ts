import type { ChatItem } from '../provider/chat-item.js';

/** A mark of the session's own: another agent took over. No model is given it. */
export interface AgentHandoffItem {
  readonly type: 'agent-handoff';
  readonly id: string;
  readonly createdAtMs: number;
  /** Label of the agent that left; absent at the start of the session. */
  readonly fromAgent?: string;
  readonly toAgent: string;
}

/** What a history holds, in the order in which it happened. */
export type ConversationItem = ChatItem | AgentHandoffItem;
