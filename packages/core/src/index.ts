export type { AgentHandoffItem, ConversationItem } from './chat/conversation-item.js';
export type {
  AgentEvent,
  AgentEventOf,
  AgentEventType,
  AgentState,
  CloseReason,
  ErrorReport,
  ErrorSource,
  ExecutedToolCall,
  ModelUsage,
  SpeechSource,
  TurnMetrics,
  UserState,
} from './observe/agent-event.js';
