import type { AudioFrame } from './audio-frame.js';
import type { CallOptions } from './call-options.js';
import type { Provider } from './provider.js';
import type { ReceiptEvent } from './receipt-event.js';

export interface TTSCapabilities {
  /** False: one segment per call, one sentence long. */
  readonly streaming: boolean;
  readonly wordTimings: boolean;
  /** Hertz, preferred first. Mono. */
  readonly sampleRates: readonly number[];
}

/** Segments come one after another and may be a sentence or a reply; audio may come before the `flush`. */
export type TTSInput =
  | { readonly type: 'text'; readonly segmentId: string; readonly text: string }
  /** Ends the segment: what was given is spoken without waiting for more. */
  | { readonly type: 'flush'; readonly segmentId: string };

export interface TTSRequest extends CallOptions {
  readonly text: AsyncIterable<TTSInput>;
  readonly sampleRate: number;
  readonly voice?: string;
  readonly language?: string;
}

export type TTSEvent =
  | ReceiptEvent
  | { readonly type: 'audio'; readonly segmentId: string; readonly frame: AudioFrame }
  /**
   * Times count from the segment's first sample. May trail its audio, but not `segment-end`. `inputStart` and `inputEnd` are UTF-16
   * offsets into the text given for this segment: only with them can history be cut in the words that were written ("$5"), not those
   * that were spoken ("five dollars").
   */
  | {
      readonly type: 'word';
      readonly segmentId: string;
      readonly text: string;
      readonly startMs: number;
      readonly endMs: number;
      readonly inputStart?: number;
      readonly inputEnd?: number;
    }
  /** Exactly once per flushed segment, in order, after its last audio; also if there was nothing to say. */
  | { readonly type: 'segment-end'; readonly segmentId: string };

export interface TTS extends Provider<'tts', TTSCapabilities> {
  synthesize(request: TTSRequest): AsyncIterable<TTSEvent>;
}
