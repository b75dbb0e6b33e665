import { AgentSession as Protocol } from '@livekit/protocol';
import type { AgentEvent, AgentEventOf, AgentState, ExecutedToolCall, UserState } from '@parley/core';
import { sessionItem, timestamp } from './session-item.js';
import { sessionUsage } from './session-usage.js';

type Event = Protocol.AgentSessionEvent['event'];

export const agentStates: Readonly<Record<AgentState, Protocol.AgentState>> = {
  initializing: Protocol.AgentState.AS_INITIALIZING,
  listening: Protocol.AgentState.AS_LISTENING,
  thinking: Protocol.AgentState.AS_THINKING,
  speaking: Protocol.AgentState.AS_SPEAKING,
};
export const userStates: Readonly<Record<UserState, Protocol.UserState>> = {
  listening: Protocol.UserState.US_LISTENING,
  speaking: Protocol.UserState.US_SPEAKING,
  away: Protocol.UserState.US_AWAY,
};

/** What happened in a session, as the protocol has it; undefined where it has no word for it. */
export function sessionEvent(event: AgentEvent): Protocol.AgentSessionEvent | undefined {
  const told = eventOf(event);
  return told === undefined ? undefined : new Protocol.AgentSessionEvent({ createdAt: timestamp(event.createdAt), event: told });
}

function eventOf(event: AgentEvent): Event | undefined {
  switch (event.type) {
    case 'agent-state-changed':
      return { case: 'agentStateChanged', value: new Protocol.AgentSessionEvent_AgentStateChanged(changed(event, agentStates)) };
    case 'user-state-changed':
      return { case: 'userStateChanged', value: new Protocol.AgentSessionEvent_UserStateChanged(changed(event, userStates)) };
    case 'user-input-transcribed': {
      const { transcript, isFinal, language } = event;
      const value = { transcript, isFinal, ...(language !== undefined && { language }) };
      return { case: 'userInputTranscribed', value: new Protocol.AgentSessionEvent_UserInputTranscribed(value) };
    }
    case 'conversation-item-added': {
      const item = sessionItem(event.item);
      return item && { case: 'conversationItemAdded', value: new Protocol.AgentSessionEvent_ConversationItemAdded({ item }) };
    }
    case 'tools-executed':
      return { case: 'functionToolsExecuted', value: toolsExecuted(event.calls) };
    case 'tool-updated':
      return { case: 'toolExecutionUpdated', value: toolUpdated(event) };
    case 'false-interruption':
      return { case: 'agentFalseInterruption', value: new Protocol.AgentSessionEvent_AgentFalseInterruption({ resumed: event.resumed }) };
    case 'usage-updated':
      return {
        case: 'sessionUsageUpdated',
        value: new Protocol.AgentSessionEvent_SessionUsageUpdated({ usage: sessionUsage(event.usage) }),
      };
    case 'error':
      return { case: 'error', value: new Protocol.AgentSessionEvent_Error({ message: `${event.source}: ${event.error.message}` }) };
    default:
      return undefined;
  }
}

const changed = <State extends string, Told>(
  { oldState, newState }: { readonly oldState: State; readonly newState: State },
  states: Readonly<Record<State, Told>>,
) => ({ oldState: states[oldState], newState: states[newState] });

function toolsExecuted(calls: readonly ExecutedToolCall[]): Protocol.AgentSessionEvent_FunctionToolsExecuted {
  return new Protocol.AgentSessionEvent_FunctionToolsExecuted({
    functionCalls: calls.map((call) => ({
      callId: call.callId,
      name: call.name,
      arguments: call.argumentsJson,
      createdAt: timestamp(call.startedAt),
    })),
    functionCallOutputs: calls.map((call) => ({
      callId: call.callId,
      name: call.name,
      output: call.output,
      isError: call.isError,
      createdAt: timestamp(call.endedAt),
    })),
  });
}

const ends = {
  ended: Protocol.ToolCallStatus.TC_DONE,
  failed: Protocol.ToolCallStatus.TC_ERROR,
  aborted: Protocol.ToolCallStatus.TC_CANCELLED,
} as const;

function toolUpdated({
  status,
  callId,
  name,
  outputCallId,
}: AgentEventOf<'tool-updated'>): Protocol.AgentSessionEvent_ToolExecutionUpdated {
  const id = outputCallId ?? callId;
  if (status === 'started') {
    return new Protocol.AgentSessionEvent_ToolExecutionUpdated({ update: { case: 'started', value: { functionCall: { callId, name } } } });
  }
  if (status === 'updated') {
    return new Protocol.AgentSessionEvent_ToolExecutionUpdated({ update: { case: 'callUpdated', value: { id, callId } } });
  }
  return new Protocol.AgentSessionEvent_ToolExecutionUpdated({ update: { case: 'ended', value: { id, callId, status: ends[status] } } });
}
