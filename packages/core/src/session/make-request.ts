import type { Agent } from '../agent/agent.js';
import type { GenerateReplyOptions, RunContext } from '../agent/session.js';
import type { ChatContext } from '../chat/chat-context.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { Tool } from '../tools/tool.js';
import type { ReplyRequest } from './reply-request.js';
import type { SessionContext } from './session-context.js';

/** What the LLM is given for a reply: instructions, conversation, tools. */
export function makeRequest(
  source: { readonly agent: Agent; readonly context: Pick<SessionContext, 'toolsFor'>; readonly chat: ChatContext },
  options: Pick<GenerateReplyOptions, 'instructions' | 'additionalInstructions' | 'tools' | 'toolChoice'> & {
    readonly hidesTools?: boolean;
  } = {},
): ReplyRequest {
  const { agent, chat } = source;
  const { hidesTools = false } = options;
  const tools = toolsOffered(source, options);
  const instructions = options.instructions ?? agent.instructions;
  return {
    chat: [
      ...systemMessage('instructions', instructions),
      ...chat.toModel(),
      ...systemMessage('additional-instructions', options.additionalInstructions ?? ''),
    ],
    tools,
    toolChoice: options.toolChoice ?? 'auto',
    hidesTools,
  };
}

/** What the reply may call. */
export function toolsOffered(
  { agent, context }: { readonly agent: Agent; readonly context: Pick<SessionContext, 'toolsFor'> },
  { tools, hidesTools = false }: Pick<GenerateReplyOptions, 'tools'> & { readonly hidesTools?: boolean },
): readonly Tool<RunContext>[] {
  return context.toolsFor(agent, tools ?? undefined).filter((tool) => !hidesTools || tool.hideOnEnter !== true);
}

const systemMessage = (id: string, text: string): ChatItem[] =>
  text === '' ? [] : [{ type: 'message', role: 'system', id, createdAtMs: 0, content: [{ type: 'text', text }] }];
