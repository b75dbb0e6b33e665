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
    /** Pieces of audio; absent: none. */
    readonly audio?: number;
    readonly toolCalls: readonly { readonly callId: string; readonly name: string; readonly argumentsJson: string }[];
    /** Of `tool`: which call it answers. */
    readonly callId?: string;
  }[];
  readonly tools: readonly { readonly name: string; readonly description?: string; readonly parameters: JsonObject }[];
  /** Absent where the request says nothing of it. */
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly hasResponseFormat: boolean;
  /** What the reply must look like; absent where nothing is asked for, or the wire does not read it. */
  readonly responseSchema?: JsonObject;
  /** The seals of `reasoning` steps that the vendor is given back. */
  readonly seals?: readonly string[];
}

export type LLMStep =
  | { readonly type: 'text'; readonly text: string }
  /** `seal`: what the vendor signs or encrypts its thinking by, and wants back in the next request. A vendor that seals nothing leaves it out. */
  | { readonly type: 'reasoning'; readonly text: string; readonly seal?: string }
  /** In the vendor's manner: in fragments, where it sends fragments. Calls that follow one another directly are parallel. `isCut`: the reply ends in the midst of the arguments. */
  | {
      readonly type: 'tool-call';
      readonly callId: string;
      readonly name: string;
      readonly argumentsJson: string;
      readonly isCut?: boolean;
    }
  /** The vendor's last words: why, what it cost, and its terminal marker. */
  | {
      readonly type: 'finish';
      readonly reason: 'stop' | 'length' | 'tool-calls' | 'content-filter';
      readonly inputTokens: number;
      readonly outputTokens: number;
    };

export type LLMWire = Wire<'llm', LLMHeard, LLMStep>;
