import type { Agent } from '../agent/agent.js';
import { ChatContext } from '../chat/chat-context.js';
import type { ConversationItem } from '../chat/conversation-item.js';
import type { SessionCore } from './session-core.js';

/** What was said and done in this session, by all of its agents; each item enters the present agent's context too. */
export class History {
  readonly #core: SessionCore;
  #chat = ChatContext.empty();
  /** Unique among all sessions: an agent may know another session's conversation. */
  readonly #idPrefix = `item-${crypto.randomUUID()}`;
  #ids = 0;
  readonly #callIds = new Set<string>();

  constructor(core: SessionCore) {
    this.#core = core;
  }

  get chat(): ChatContext {
    return this.#chat;
  }

  newId(): string {
    this.#ids += 1;
    return `${this.#idPrefix}-${this.#ids}`;
  }

  /** The call's own id; another one, if a call before it in this session has the same: each call has one output. */
  newCallId(wanted: string): string {
    let callId = wanted;
    for (let count = 2; this.#callIds.has(callId); count += 1) callId = `${wanted}-${count}`;
    this.#callIds.add(callId);
    return callId;
  }

  /**
   * Puts the item in its place by time, and tells of it.
   *
   * @param options.agentChat The agent's conversation with the item in it, where that was made already.
   */
  add(
    item: ConversationItem,
    options: { readonly agent: Agent | undefined; readonly agentChat?: ChatContext; readonly unheardText?: string },
  ): void {
    const { agent, agentChat, unheardText } = options;
    this.#chat = this.#chat.insert(item);
    agent?.updateChatContext(agentChat ?? agent.chatContext.insert(item));
    this.#core.emit({ type: 'conversation-item-added', item, ...(unheardText === undefined || unheardText === '' ? {} : { unheardText }) });
  }
}
