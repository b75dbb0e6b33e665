import type { Agent, AgentRuntime } from '../agent/agent.js';
import { toolList } from '../tools/tool-list.js';
import { askModel } from './ask-model.js';
import type { SessionContext } from './session-context.js';

/** What an agent has of the session it runs in: its models, as far as it does not override their nodes. */
export function agentRuntime(context: SessionContext, agent: Agent, { changeOptions }: Pick<AgentRuntime, 'changeOptions'>): AgentRuntime {
  const own = () => context.resolvedFor(agent);
  return {
    session: context.session,
    sttNode: (request) => (own().stt ?? missing('stt')).transcribe(request),
    llmNode: (request) => (own().llm ?? missing('llm')).generate(request),
    ttsNode: (request) => (own().tts ?? missing('tts')).synthesize(request),
    changeOptions,
    ask: (chat) => askModel(context, agent, chat),
    checkTools: (tools) => void toolList(context.options.tools, tools),
  };
}

function missing(kind: 'stt' | 'llm' | 'tts'): never {
  throw new Error(`there is no ${kind.toUpperCase()}: give one to the session or the agent (option "${kind}"), or override the node`);
}
