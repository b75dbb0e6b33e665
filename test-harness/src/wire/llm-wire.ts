import type { JsonObject, ToolChoice } from '@parley/core/provider';
import type { Wire } from './wire.js';

/** The request of a call, as far as rules look at it. */
export interface LLMHeard {
  readonly type: 'request';
  readonly model: string;
  readonly messages: readonly {
    readonly role: 'system' | 'user' | 'assistant' | 'tool';
    /** All text parts, joined. */
    readonly text: string;
    readonly images: number;
    readonly toolCalls: readonly { readonly callId: string; readonly name: string; readonly argumentsJson: string }[];
    /** Of `tool`: which call it answers. */
    readonly callId?: string;
  }[];
  readonly tools: readonly { readonly name: string; readonly parameters: JsonObject }[];
  /** Absent where the request says nothing of it. */
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly hasResponseFormat: boolean;
}

export type LLMStep =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** In the vendor's manner: in fragments, where it sends fragments. Calls that follow one another directly are parallel. */
  | { readonly type: 'tool-call'; readonly callId: string; readonly name: string; readonly argumentsJson: string }
  /** The vendor's last words: why, what it cost, and its terminal marker. */
  | {
      readonly type: 'finish';
      readonly reason: 'stop' | 'length' | 'tool-calls' | 'content-filter';
      readonly inputTokens: number;
      readonly outputTokens: number;
    };

export type LLMWire = Wire<'llm', LLMHeard, LLMStep>;
