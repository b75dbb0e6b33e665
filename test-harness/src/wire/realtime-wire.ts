import type { JsonObject, Usage } from '@parley/core/provider';
import type { Wire } from './wire.js';

/** A chat item, as far as rules look at it. */
export interface HeardItem {
  readonly id: string;
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  /** All text parts, joined; of a tool's output its text. */
  readonly text: string;
}

type HeardTool = { readonly name: string; readonly parameters: JsonObject };

export type RealtimeHeard =
  /** First, with what the connection was asked for; some vendors are told in several messages: one for all of them. */
  | {
      readonly type: 'settings';
      readonly model: string;
      readonly instructions: string;
      readonly tools: readonly HeardTool[];
      readonly voice?: string;
      readonly turnDetection: boolean;
      readonly chat: readonly HeardItem[];
    }
  | { readonly type: 'audio'; readonly samples: Int16Array }
  | { readonly type: 'commit' }
  | { readonly type: 'clear' }
  | { readonly type: 'image'; readonly sizeBytes: number; readonly mediaType: string }
  | { readonly type: 'tool-output'; readonly callId: string; readonly text: string; readonly isError: boolean }
  | {
      readonly type: 'generate';
      /** Given back in `response-start`. */
      readonly reference: string;
      readonly instructions?: string;
      readonly toolChoice?: string;
      readonly userText?: string;
    }
  /** `responseId`, where the vendor is told which one. */
  | { readonly type: 'cancel'; readonly responseId?: string }
  | { readonly type: 'truncate'; readonly itemId: string; readonly playedMs: number }
  /** `reference` is given back in `updated`. Only what changes. */
  | {
      readonly type: 'update';
      readonly reference: string;
      readonly instructions?: string;
      readonly tools?: readonly HeardTool[];
      readonly added?: readonly HeardItem[];
      readonly removed?: readonly string[];
      readonly turnDetection?: boolean;
      readonly voice?: string;
      readonly toolChoice?: string;
    };

/** Times are milliseconds from the connection's first sample, as vendors count. A vendor that has no such message sends nothing. */
export type RealtimeStep =
  /** The connection is made, what was asked for is in force. */
  | { readonly type: 'ready' }
  | { readonly type: 'speech-start'; readonly atMs: number }
  | { readonly type: 'speech-end'; readonly atMs: number }
  | { readonly type: 'input-transcript'; readonly itemId: string; readonly text: string; readonly final: boolean }
  | { readonly type: 'input-committed'; readonly itemId: string; readonly previousItemId?: string }
  /** `reference` of the `generate` that it answers; absent: it speaks by itself. */
  | { readonly type: 'response-start'; readonly responseId: string; readonly reference?: string }
  /** At the declared output rate. A wire may cut it into odd bytes. */
  | { readonly type: 'audio'; readonly responseId: string; readonly itemId: string; readonly samples: Int16Array }
  | { readonly type: 'text'; readonly responseId: string; readonly itemId: string; readonly text: string }
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
      readonly usage?: Pick<Usage, 'inputTokens' | 'outputTokens'>;
    }
  | { readonly type: 'updated'; readonly reference: string }
  /** Something was refused, and the connection goes on: the `generate` or `update` of this reference. */
  | { readonly type: 'refused'; readonly reference?: string; readonly message: string }
  | { readonly type: 'expiring'; readonly inMs: number };

/** Each of its calls is a connection. */
export type RealtimeWire = Wire<'realtime-model', RealtimeHeard, RealtimeStep>;
