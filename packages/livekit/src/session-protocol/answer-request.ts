import { AgentSession as Protocol } from '@livekit/protocol';
import type { AgentSession, ModelUsage } from '@parley/core';
import { agentStates, userStates } from './session-event.js';
import { sessionItems, timestamp } from './session-item.js';
import { sessionUsage } from './session-usage.js';

/** What is needed of a session. */
export type ServedSession = Pick<AgentSession, 'agent' | 'agentState' | 'userState' | 'history' | 'run' | 'on' | 'off'>;

/** What a request is answered from. */
export interface Served {
  readonly session: ServedSession;
  /** When it was first served, in milliseconds since the epoch. */
  readonly since: number;
  readonly usage: readonly ModelUsage[];
}

type Request = Protocol.SessionRequest['request'];
type Response = Protocol.SessionResponse['response'];

/** Longer than anybody types. */
const mostCharacters = 20_000;

/** Answers one request. What cannot be answered is told in the answer: it never rejects. */
export async function answerRequest({ requestId, request }: Protocol.SessionRequest, served: Served): Promise<Protocol.SessionResponse> {
  try {
    return new Protocol.SessionResponse({ requestId, response: await answer(request, served) });
  } catch (error) {
    return new Protocol.SessionResponse({ requestId, error: error instanceof Error ? error.message : String(error) });
  }
}

async function answer(request: Request, served: Served): Promise<Response> {
  const { session, since, usage } = served;
  switch (request.case) {
    case 'ping':
      return { case: 'pong', value: new Protocol.SessionResponse_Pong() };
    case 'getChatHistory':
      return {
        case: 'getChatHistory',
        value: new Protocol.SessionResponse_GetChatHistoryResponse({ items: sessionItems(session.history.items) }),
      };
    case 'getAgentInfo':
      return { case: 'getAgentInfo', value: agentInfo(session) };
    case 'getSessionState':
      return { case: 'getSessionState', value: sessionState(session, since) };
    case 'getSessionUsage':
      return { case: 'getSessionUsage', value: new Protocol.SessionResponse_GetSessionUsageResponse({ usage: sessionUsage(usage) }) };
    case 'getFrameworkInfo':
      return { case: 'getFrameworkInfo', value: new Protocol.SessionResponse_GetFrameworkInfoResponse({ sdk: 'parley' }) };
    case 'runInput':
      return { case: 'runInput', value: await runInput(session, request.value.text) };
    default:
      throw new Error(`${request.case ?? 'a request of a newer kind'} is not supported`);
  }
}

function agentInfo({ agent }: ServedSession): Protocol.SessionResponse_GetAgentInfoResponse {
  if (agent === undefined) throw new Error('no agent is there yet');
  return new Protocol.SessionResponse_GetAgentInfoResponse({
    id: agent.label,
    instructions: agent.instructions,
    tools: agent.tools.map(({ name }) => name),
    chatCtx: sessionItems(agent.chatContext.items),
  });
}

function sessionState({ agent, agentState, userState }: ServedSession, since: number): Protocol.SessionResponse_GetSessionStateResponse {
  return new Protocol.SessionResponse_GetSessionStateResponse({
    agentState: agentStates[agentState],
    userState: userStates[userState],
    agentId: agent?.label ?? '',
    createdAt: timestamp(since),
  });
}

async function runInput(session: ServedSession, text: string): Promise<Protocol.SessionResponse_RunInputResponse> {
  if (text.trim() === '' || text.length > mostCharacters)
    throw new Error(`a message has 1 to ${mostCharacters} characters, not ${text.length}`);
  const { items } = await session.run({ userInput: text });
  return new Protocol.SessionResponse_RunInputResponse({ items: sessionItems(items) });
}
