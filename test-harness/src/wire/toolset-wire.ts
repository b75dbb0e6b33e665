import type { ContentPart, Json, ToolSpecification } from '@parley/core/provider';
import type { Wire } from './wire.js';

/** `reference` tells requests apart: the vendor's own id of a request, as text. */
export type ToolsetHeard =
  /** The list of tools is asked for. Where it comes in pages, once for all of them. */
  | { readonly type: 'list'; readonly reference: string }
  | {
      readonly type: 'call';
      readonly reference: string;
      readonly name: string;
      readonly argumentsJson: string;
      readonly hasProgress: boolean;
    }
  /** The call is not wanted any more. */
  | { readonly type: 'cancel'; readonly reference: string };

/** A vendor that has no such message sends nothing. */
export type ToolsetStep =
  /** The connection is made: what comes first. */
  | { readonly type: 'ready' }
  /** In the vendor's manner: in pages, where it has pages. */
  | { readonly type: 'tools'; readonly reference: string; readonly tools: readonly ToolSpecification[] }
  | {
      readonly type: 'result';
      readonly reference: string;
      readonly content: readonly ContentPart[];
      readonly structured?: Json;
      readonly isError: boolean;
    }
  | { readonly type: 'progress'; readonly reference: string; readonly done: number; readonly total?: number; readonly message?: string }
  /** The request itself is refused: there is no such tool, or its arguments are none. */
  | { readonly type: 'refusal'; readonly reference: string; readonly message: string }
  | { readonly type: 'tools-change' }
  /** The vendor does not know this connection any more; the answer to a request. */
  | { readonly type: 'expired'; readonly reference: string };

/** Each of its calls is a connection, for as long as it is open. */
export type ToolsetWire = Wire<'toolset', ToolsetHeard, ToolsetStep>;
