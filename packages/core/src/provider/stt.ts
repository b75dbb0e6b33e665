import type { AudioFrame } from './audio-frame.js';
import type { CallOptions } from './call-options.js';
import type { Provider } from './provider.js';
import type { ReceiptEvent } from './receipt-event.js';
import type { WordTiming } from './word-timing.js';

export interface STTCapabilities {
  /** False: one utterance per call, cut by core with a VAD; finals come when the input has ended. */
  readonly streaming: boolean;
  readonly interimTranscripts: boolean;
  /** Reports `speech-start` and `speech-end` by itself. */
  readonly endpointing: boolean;
  /** Reports `turn-eager`, `turn-resumed`, `turn-end`. */
  readonly turnDetection: boolean;
  readonly wordTimings: boolean;
  readonly speakers: boolean;
  /** What a call can be given; the rest is never sent. */
  readonly settings: readonly (keyof STTSettings)[];
  /** May change during the call by an `update` input; else core reopens between utterances. */
  readonly updatable: readonly (keyof STTSettings)[];
  /** Hertz, preferred first. Core resamples, and sends mono. */
  readonly sampleRates: readonly number[];
}

export interface STTSettings {
  /** BCP 47; absent: the provider detects it. */
  readonly language?: string;
  readonly keyterms?: readonly string[];
  readonly endpointingMs?: number;
}

export type STTInput =
  | { readonly type: 'audio'; readonly frame: AudioFrame }
  /** The user has stopped: finalise what there is, now. Answered by a final, which may be empty, where the vendor acknowledges. */
  | { readonly type: 'flush' }
  /** What is absent stays as it is. */
  | ({ readonly type: 'update' } & STTSettings);

export interface STTRequest extends CallOptions, STTSettings {
  readonly audio: AsyncIterable<STTInput>;
  readonly sampleRate: number;
}

export interface Transcript {
  /** Unique within the stream. */
  readonly segmentId: string;
  readonly text: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly language?: string;
  /** Absent where the vendor gives none; never invented. */
  readonly confidence?: number;
  readonly words?: readonly WordTiming[];
  readonly speaker?: string;
}

export type STTEvent =
  | ReceiptEvent
  | { readonly type: 'speech-start'; readonly atMs: number }
  /** Replaces earlier interims of the same segment. */
  | ({ readonly type: 'transcript-interim' } & Transcript)
  /**
   * Exactly once per segment; an utterance may have several; may come after `speech-end`. The audio up to `endMs` is done with: after
   * a failure core sends again from there. Where the vendor gives no time, the end of what had been sent at the commit or flush.
   */
  | ({ readonly type: 'transcript-final'; readonly endMs: number } & Transcript)
  | { readonly type: 'speech-end'; readonly atMs: number }
  /** The turn has probably ended with `text`, all of it so far: worth starting a reply. */
  | { readonly type: 'turn-eager'; readonly text: string; readonly confidence?: number }
  | { readonly type: 'turn-resumed' }
  /** After the turn's last final. `atMs` is when the voice ended. */
  | { readonly type: 'turn-end'; readonly atMs: number; readonly confidence?: number };

export interface STT extends Provider<'stt', STTCapabilities> {
  /** Ends once the input has ended and all is final; ending before that is a failure. */
  transcribe(request: STTRequest): AsyncIterable<STTEvent>;
}
