import type { ErrorSource } from '../observe/agent-event.js';
import type { Usage } from '../provider/receipt-event.js';

interface Transcript {
  readonly segmentId: string;
  readonly text: string;
  readonly language?: string;
  readonly speaker?: string;
}

/** What came of listening. Times are the clock's; `atMs` is when it happened. */
export type HearingEvent =
  | { readonly type: 'voice-start'; readonly atMs: number }
  | { readonly type: 'voice-progress'; readonly speechMs: number }
  | { readonly type: 'voice-end'; readonly atMs: number }
  /** The voice has been silent for as long as was asked for; told once in a pause, which may be one within what is said. */
  | { readonly type: 'voice-pause' }
  /** What the STT makes of the user's turn by itself, beside what the VAD hears. */
  | { readonly type: 'stt-speech-start' }
  | { readonly type: 'stt-speech-end'; readonly atMs: number }
  | { readonly type: 'turn-eager'; readonly text: string }
  | { readonly type: 'turn-resumed' }
  | { readonly type: 'turn-end'; readonly atMs: number }
  | ({ readonly type: 'transcript-interim' } & Transcript)
  /** `endedMs` is where its audio ended. */
  | ({ readonly type: 'transcript-final'; readonly endedMs: number } & Transcript)
  /** What somebody said will never be known. `isTold`: an `error` told why; else it may have been noise, and nothing was told yet. */
  | { readonly type: 'speech-lost'; readonly error: unknown; readonly isTold: boolean }
  | { readonly type: 'usage'; readonly usage: Usage; readonly provider: string; readonly model: string }
  | { readonly type: 'error'; readonly source: ErrorSource; readonly error: unknown; readonly recoverable: boolean }
  | { readonly type: 'recovered'; readonly source: ErrorSource; readonly action: string };
