import type { AudioFrame } from './audio-frame.js';
import type { CallOptions } from './call-options.js';
import type { ChatItem } from './chat-item.js';
import type { ContentPart } from './content-part.js';
import type { Provider } from './provider.js';
import type { ProviderErrorFields } from './provider-error-fields.js';
import type { ReceiptEvent } from './receipt-event.js';
import type { ToolChoice, ToolSpecification } from './tool-specification.js';

export interface RealtimeCapabilities {
  readonly audioInput: boolean;
  readonly audioOutput: boolean;
  readonly images: boolean;
  readonly turnDetection: boolean;
  readonly inputTranscripts: boolean;
  readonly truncate: boolean;
  readonly updates: readonly ('instructions' | 'tools' | 'chat' | 'options')[];
  readonly perResponseToolChoice: boolean;
  /** It speaks by itself once all tool outputs are in; else core asks with `generateReply`. */
  readonly repliesToToolOutput: boolean;
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
}

/** Item ids become `ChatItem.id`. */
export type RealtimeEvent =
  | ReceiptEvent
  /** Something failed and the connection goes on: a reply refused, an item without transcript, a late cancel worth knowing of. */
  | { readonly type: 'error'; readonly error: ProviderErrorFields; readonly replyId?: string; readonly itemId?: string }
  | { readonly type: 'speech-start'; readonly atMs: number }
  | { readonly type: 'speech-end'; readonly atMs: number }
  | { readonly type: 'input-transcript'; readonly itemId: string; readonly text: string; readonly final: boolean }
  | { readonly type: 'input-committed'; readonly itemId: string; readonly previousItemId?: string }
  /** `replyId` is that of the `generateReply` it answers; absent when the model spoke by itself. */
  | { readonly type: 'response-start'; readonly responseId: string; readonly replyId?: string }
  | { readonly type: 'audio'; readonly responseId: string; readonly itemId: string; readonly frame: AudioFrame }
  | { readonly type: 'text-delta'; readonly responseId: string; readonly itemId: string; readonly text: string }
  | {
      readonly type: 'tool-call';
      readonly responseId: string;
      readonly callId: string;
      readonly name: string;
      readonly argumentsJson: string;
    }
  | {
      readonly type: 'response-end';
      readonly responseId: string;
      readonly status: 'completed' | 'cancelled' | 'failed' | 'incomplete';
      readonly error?: ProviderErrorFields;
    }
  /** The connection will end by the vendor's rule; core opens another with the present chat. */
  | { readonly type: 'expiring'; readonly inMs: number };

/** What the capabilities rule out throws, or rejects, with `unsupported`; a failed send ends `events` with it. */
export interface RealtimeConnection extends AsyncDisposable {
  /** One reader. Ends when closed; throws when the connection is lost. */
  readonly events: AsyncIterable<RealtimeEvent>;
  sendAudio(frame: AudioFrame): void;
  commitAudio(): void;
  clearAudio(): void;
  sendImage(image: { readonly data: Uint8Array; readonly mediaType: string }): void;
  sendToolOutput(output: { readonly callId: string; readonly content: readonly ContentPart[]; readonly isError: boolean }): void;
  /** `instructions` replace the connection's for this reply. Answered by `response-start`, or by `error` with this `replyId`. */
  generateReply(request: {
    readonly replyId: string;
    readonly instructions?: string;
    readonly toolChoice?: ToolChoice;
    readonly userText?: string;
  }): void;
  /** Also cancels a reply asked for but not begun. Nothing to do is no error. */
  interrupt(): void;
  /** What was heard of an item; later audio never was. */
  truncate(item: { readonly itemId: string; readonly playedMs: number }): void;
  /** These settle when the vendor has acknowledged. */
  updateInstructions(instructions: string): Promise<void>;
  updateTools(tools: readonly ToolSpecification[]): Promise<void>;
  /** The whole of it; the plugin sends the difference (kit: `diffChat`). */
  updateChat(chat: readonly ChatItem[]): Promise<void>;
  updateOptions(options: { readonly turnDetection?: boolean; readonly voice?: string; readonly toolChoice?: ToolChoice }): Promise<void>;
}

export interface RealtimeRequest extends CallOptions {
  readonly instructions: string;
  readonly chat: readonly ChatItem[];
  readonly tools: readonly ToolSpecification[];
  readonly voice?: string;
  readonly turnDetection: boolean;
}

export interface RealtimeModel extends Provider<'realtime-model', RealtimeCapabilities> {
  /** `signal` also ends the connection. */
  connect(request: RealtimeRequest): Promise<RealtimeConnection>;
}
