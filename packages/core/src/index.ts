export { Agent, type AgentRuntime, isAgent, type UserTurnCompleted, type UserTurnExceeded } from './agent/agent.js';
export type { AgentOptions } from './agent/agent-constructor-options.js';
export type { OverridableOptions, PreemptiveOptions } from './agent/agent-options.js';
export { createFallbackLLM, type FallbackLLM, type FallbackLLMOptions } from './adapters/fallback-llm.js';
export type { AvailabilityChange, FallbackAvailability } from './adapters/fallback-line.js';
export { createFallbackSTT, type FallbackSTT, type FallbackSTTOptions } from './adapters/fallback-stt.js';
export { createFallbackTTS, type FallbackTTS, type FallbackTTSOptions } from './adapters/fallback-tts.js';
export { AgentTask } from './agent/agent-task.js';
export { AgentTaskError, type AgentTaskErrorCode, isAgentTaskError } from './agent/agent-task-error.js';
export { functionTool, type FunctionToolOptions } from './agent/function-tool.js';
export { handoff, type Handoff, type HandoffOptions } from './agent/handoff.js';
export type {
  AgentIdentity,
  FillerHandle,
  FillerOptions,
  FillerSource,
  GenerateReplyOptions,
  RunContext,
  RunningToolCall,
  SayOptions,
  Session,
  UpdateAgentOptions,
} from './agent/session.js';
export type { SpeechHandle } from './agent/speech-handle.js';
export { type GroupedTask, type GroupedTasks, TaskGroup, type TaskGroupOptions, type TaskGroupResults } from './agent/task-group.js';
export { tool } from './agent/tool.js';
export { type ToolGroups, toolProxy, toolSearch } from './agent/tool-search.js';
export type { VideoSampler, VideoSamplerState } from './agent/video-sampler.js';
export {
  type BackgroundAudio,
  createBackgroundAudio,
  type PlaySoundOptions,
  type ThinkingSession,
  type ThinkingSessionEvent,
} from './call-io/background-audio.js';
export type { BackgroundLine, BackgroundLineOptions } from './call-io/background-line.js';
export type { BackgroundAudioOptions, BackgroundSoundConfig } from './call-io/background-options.js';
export type { SoundHandle } from './call-io/background-sound.js';
export { fileIO, type FileIO, type FileIOOptions } from './call-io/file-io.js';
export { memoryIO, type MemoryIO, type MemoryIOOptions } from './call-io/memory-io.js';
export { createMixedAudioOutput, type MixedAudioOutputOptions } from './call-io/mixed-output.js';
export { createPacedAudioOutput, type PacedAudioOutput, type PacedAudioOutputOptions } from './call-io/paced-output.js';
export type { PlayedAudio } from './call-io/played-audio.js';
export type { SoundSource } from './audio/sound-source.js';
export { isWavError, WavError, type WavErrorCode } from './audio/wav-error.js';
export { ChatContext, type ChatContextData, textOf } from './chat/chat-context.js';
export type { AgentHandoffItem, ConversationItem } from './chat/conversation-item.js';
export type { MessageInput, MessageRole } from './chat/message-input.js';
export type { SummarizeOptions } from './chat/summarize-items.js';
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
export { createJsonLogger } from './observe/json-logger.js';
export { APIConnectionError, APIError, type APIErrorOptions, APIStatusError, APITimeoutError, isAPIError } from './provider/api-error.js';
export type { OnDuplicate, ToolMarks } from './provider/tool-marks.js';
export type { ItemExpect, MessageExpect } from './run/item-expect.js';
export type { HandoffPattern, ItemPattern, MessagePattern, ToolCallPattern, ToolOutputPattern } from './run/item-pattern.js';
export { judge, type Judgement, type JudgeOptions } from './run/judge.js';
export type { RangeExpect, RunExpect } from './run/run-expect.js';
export type { RunEvent, RunItem } from './run/run-record.js';
export type { RunResult } from './run/run-result.js';
export { AgentSession, type StartOptions } from './session/agent-session.js';
export type { DrainOptions } from './session/drain-options.js';
export type { CallIOChanges } from './session/call-ends.js';
export type { RunOptions } from './session/run-recorder.js';
export { registerProvider } from './session/registered-plugins.js';
export type { AgentSessionOptions } from './session/session-options.js';
export { replaceWords } from './speaking/replace-words.js';
export type { TextTransform } from './speaking/text-transform.js';
export type { ConnectOptions } from './stream/connect-options.js';
export { realClock } from './time/real-clock.js';
export { isStopResponse, isToolError, StopResponse, ToolError } from './tools/tool-errors.js';
export type { ToolArguments, ToolSchema } from './tools/standard-schema.js';
export type { Tool, ToolOptions } from './tools/tool.js';
export type { ToolsInput } from './tools/tool-list.js';
export { ignoreBackchannels, ignorePhrases, interruptByDurationAndWords } from './turn/interruption-policy.js';
export type {
  EndpointingMode,
  InterruptionPolicy,
  InterruptionVerdict,
  Overlap,
  TurnDetectionMode,
  UserTurnLimit,
} from './turn/turn-options.js';
