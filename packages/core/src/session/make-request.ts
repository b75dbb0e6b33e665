import type { Agent } from '../agent/agent.js';
import type { GenerateReplyOptions } from '../agent/session.js';
import type { ChatContext } from '../chat/chat-context.js';
import type { ChatItem } from '../provider/chat-item.js';
import { toolList } from '../tools/tool-list.js';
import type { ReplyRequest } from './reply-request.js';
import type { AgentSessionOptions } from './session-options.js';

/** What the LLM is given for a reply: instructions, conversation, tools. */
export function makeRequest(
  source: { readonly agent: Agent; readonly session: AgentSessionOptions; readonly chat: ChatContext },
  options: Pick<GenerateReplyOptions, 'instructions' | 'additionalInstructions' | 'tools' | 'toolChoice'> = {},
): ReplyRequest {
  const { agent, session, chat } = source;
  const tools = options.tools === undefined ? toolList(session.tools, agent.tools) : toolList(options.tools);
  const instructions = options.instructions ?? agent.instructions;
  return {
    chat: [
      ...systemMessage('instructions', instructions),
      ...chat.toModel(),
      ...systemMessage('additional-instructions', options.additionalInstructions ?? ''),
    ],
    tools,
    toolChoice: options.toolChoice ?? 'auto',
  };
}

const systemMessage = (id: string, text: string): ChatItem[] =>
  text === '' ? [] : [{ type: 'message', role: 'system', id, createdAtMs: 0, content: [{ type: 'text', text }] }];
