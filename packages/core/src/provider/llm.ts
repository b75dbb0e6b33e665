import type { CallOptions } from './call-options.js';
import type { ChatItem } from './chat-item.js';
import type { JsonObject } from './json.js';
import type { Provider } from './provider.js';
import type { ProviderMetadata } from './provider-metadata.js';
import type { ReceiptEvent } from './receipt-event.js';
import type { ToolChoice, ToolSpecification } from './tool-specification.js';

export interface LLMCapabilities {
  readonly tools: boolean;
  readonly parallelToolCalls: boolean;
  readonly images: boolean;
  readonly audio: boolean;
  readonly structuredOutput: boolean;
}

export interface LLMRequest extends CallOptions {
  readonly chat: readonly ChatItem[];
  readonly tools: readonly ToolSpecification[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly responseFormat?: { readonly name: string; readonly schema: JsonObject };
}

export type LLMEvent =
  | ReceiptEvent
  | { readonly type: 'text-delta'; readonly text: string }
  /** The text so far is spoken as it is, without waiting for the rest of its sentence. Optional: text is cut into sentences anyway. */
  | { readonly type: 'flush' }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  /** Whole, when its arguments are complete; ids are unique within the stream. */
  | {
      readonly type: 'tool-call';
      readonly callId: string;
      readonly name: string;
      readonly argumentsJson: string;
      readonly providerMetadata?: ProviderMetadata;
    }
  /** Becomes a `ChatItem` at this place of the response. */
  | { readonly type: 'opaque'; readonly providerMetadata: ProviderMetadata }
  /** Exactly once, last. A stream that ends without it has failed, unless it was aborted. `tool-calls` whenever there was one. */
  | { readonly type: 'finish'; readonly reason: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other' };

export interface LLM extends Provider<'llm', LLMCapabilities> {
  /** The first read starts the call; so it is with every stream here. */
  generate(request: LLMRequest): AsyncIterable<LLMEvent>;
}
