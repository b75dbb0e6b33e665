import type { Agent } from '../agent/agent.js';
import type { ChatItem } from '../provider/chat-item.js';
import { linkSignals } from '../stream/linked-signal.js';
import { generate } from '../thinking/generate.js';
import type { SessionContext } from './session-context.js';

/**
 * Has the agent's LLM answer a conversation in one text, outside of the call: nothing of it is spoken or remembered. Undefined if it fails,
 * which is reported.
 */
export async function askModel(context: SessionContext, agent: Agent, chat: readonly ChatItem[]): Promise<string | undefined> {
  const { call, report } = context;
  const { llm, connect, replyDeadlineMs } = context.resolvedFor(agent);
  using link = linkSignals(context.signal);
  let text = '';
  try {
    await generate({
      generate: (request) => agent.llmNode(request),
      request: { ...call(), signal: link.signal, chat, tools: [], toolChoice: 'none' },
      provider: llm?.provider ?? 'agent',
      connect: connect.llm,
      replyDeadlineMs,
      onRetry: (error) => report('llm', error, true),
      onRecovered: () => context.core.emit({ type: 'recovered', source: 'llm', action: 'called again' }),
      onFault: (fault) => report('llm', fault, true),
      onEvent: (event) => {
        if (event.type === 'text-delta') text += event.text;
        if (event.type === 'usage' && llm !== undefined) {
          context.addUsage({ kind: 'llm', provider: event.provider ?? llm.provider, model: event.model ?? llm.model, usage: event.usage });
        }
        return undefined;
      },
    });
    return text;
  } catch (error) {
    report('llm', error, true);
    return undefined;
  }
}
