import type { Agent } from '../agent/agent.js';
import { ChatContext } from '../chat/chat-context.js';
import type { ConversationItem } from '../chat/conversation-item.js';
import type { SessionCore } from './session-core.js';

/** What was said and done in this session, by all of its agents; each item enters the present agent's context too. */
export class History {
  readonly #core: SessionCore;
  #chat = ChatContext.empty();
  #ids = 0;

  constructor(core: SessionCore) {
    this.#core = core;
  }

  get chat(): ChatContext {
    return this.#chat;
  }

  newId(): string {
    this.#ids += 1;
    return `item-${this.#ids}`;
  }

  /** Puts the item in its place by time, and tells of it. */
  add(item: ConversationItem, options: { readonly agent: Agent | undefined; readonly unheardText?: string }): void {
    const { agent, unheardText } = options;
    this.#chat = this.#chat.insert(item);
    agent?.updateChatContext(agent.chatContext.insert(item));
    this.#core.emit({ type: 'conversation-item-added', item, ...(unheardText === undefined || unheardText === '' ? {} : { unheardText }) });
  }
}
