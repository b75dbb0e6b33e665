export type { AudioFrame } from './audio-frame.js';
export type { AudioChunk, AudioInput } from './audio-input.js';
export type { PlayoutEvent, AudioOutput } from './audio-output.js';
export type { CallIO } from './call-io.js';
export type { CallOptions } from './call-options.js';
export type { ChatItem } from './chat-item.js';
export type { Clock } from './clock.js';
export type { ContentPart } from './content-part.js';
export type { Dispatcher, DispatcherEvent, JobDescription, JobAssignment } from './dispatcher.js';
export type { Json, JsonObject } from './json.js';
export type { LLMCapabilities, LLMRequest, LLMEvent, LLM } from './llm.js';
export type { Logger } from './logger.js';
export type { ProviderKinds, AnyProvider, PluginKind, PluginKinds, PluginSettings, ParleyPlugin } from './plugin.js';
export type { Provider } from './provider.js';
export type { ProviderErrorKind, ProviderErrorFields } from './provider-error-fields.js';
export type { ProviderMetadata } from './provider-metadata.js';
export type { RealtimeCapabilities, RealtimeEvent, RealtimeConnection, RealtimeRequest, RealtimeModel } from './realtime-model.js';
export type { ReceiptEvent, Usage } from './receipt-event.js';
export type { STTCapabilities, STTSettings, STTInput, STTRequest, Transcript, STTEvent, STT } from './stt.js';
export type { TextInput } from './text-input.js';
export type { ToolSpecification, ToolChoice } from './tool-specification.js';
export type { ToolsetCapabilities, ToolsetEvent, ToolsetConnection, Toolset } from './toolset.js';
export type { TranscriptOutput } from './transcript-output.js';
export type { TTSCapabilities, TTSInput, TTSRequest, TTSEvent, TTS } from './tts.js';
export type { TurnDetectorCapabilities, TurnDetection, TurnDetector } from './turn-detector.js';
export type { VADCapabilities, VADInput, VADRequest, VADEvent, VAD } from './vad.js';
export type { VideoInput } from './video-input.js';
export type { WordTiming } from './word-timing.js';
export {
  APIConnectionError,
  APIError,
  type APIErrorOptions,
  APIStatusError,
  APITimeoutError,
  isAPIError,
} from './api-error.js';
