import type { STTSettings } from '@parley/core/provider';
import type { Wire } from './wire.js';

export type STTHeard =
  /** First, with what the connection was asked for. */
  | ({ readonly type: 'settings'; readonly sampleRate: number; readonly model: string } & STTSettings)
  | { readonly type: 'audio'; readonly samples: Int16Array }
  /** Finalise now. */
  | { readonly type: 'flush' }
  | ({ readonly type: 'update' } & STTSettings)
  | { readonly type: 'keep-alive' }
  /** No more audio comes; what is left is to be made final. */
  | { readonly type: 'end' };

interface Heard {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly words: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[];
  readonly speaker?: string;
  /** 0 to 1, of the text and of each word, where the vendor tells of either; absent: as the wire likes. */
  readonly confidence?: number;
}

/** Times are milliseconds from the connection's first sample, as vendors count. A vendor that has no such message sends nothing. */
export type STTStep =
  | ({ readonly type: 'interim' } & Heard)
  /** `flushed`: it is the answer to a flush. */
  | ({ readonly type: 'final'; readonly flushed?: boolean } & Heard)
  | { readonly type: 'speech-start'; readonly atMs: number }
  | { readonly type: 'speech-end'; readonly atMs: number }
  | { readonly type: 'turn-eager'; readonly text: string; readonly endMs: number; readonly confidence?: number }
  | { readonly type: 'turn-resumed' }
  | { readonly type: 'turn-end'; readonly text: string; readonly endMs: number; readonly confidence?: number }
  /** All is final and nothing follows; the vendor closes as it does after `end`. */
  | { readonly type: 'done' };

export type STTWire = Wire<'stt', STTHeard, STTStep>;
