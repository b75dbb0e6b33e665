import type { Wire } from './wire.js';

export type TTSHeard =
  /** First, with what the call was asked for. */
  | { readonly type: 'settings'; readonly sampleRate: number; readonly model: string; readonly voice?: string; readonly language?: string }
  | { readonly type: 'text'; readonly text: string }
  /** Speak what there is: a segment is complete. Over HTTP it follows the text. */
  | { readonly type: 'flush' }
  | { readonly type: 'keep-alive' }
  /** The plugin wants no more of this: what is under way is thrown away. */
  | { readonly type: 'cancel' }
  | { readonly type: 'end' };

export type TTSStep =
  /** 16-bit samples at the rate asked for. A wire may cut them into odd bytes. */
  | { readonly type: 'audio'; readonly samples: Int16Array }
  /** Times from the segment's first sample; offsets are into the text of the segment. A vendor without word timings sends nothing. */
  | {
      readonly type: 'words';
      readonly words: readonly {
        readonly text: string;
        readonly startMs: number;
        readonly endMs: number;
        readonly inputStart: number;
        readonly inputEnd: number;
      }[];
    }
  /** All audio of the oldest flushed segment was sent; over HTTP the end of the body. */
  | { readonly type: 'segment-end' };

export type TTSWire = Wire<'tts', TTSHeard, TTSStep>;
