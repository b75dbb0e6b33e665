import type { ErrorSource } from '../observe/agent-event.js';
import type { Usage } from '../provider/receipt-event.js';

interface Transcript {
  readonly segmentId: string;
  readonly text: string;
  readonly language?: string;
  readonly speaker?: string;
}

/** What came of listening. `atMs` is when it happened, on the clock. */
export type HearingEvent =
  | { readonly type: 'voice-start'; readonly atMs: number }
  | { readonly type: 'voice-progress'; readonly speechMs: number }
  | { readonly type: 'voice-end'; readonly atMs: number }
  | ({ readonly type: 'transcript-interim' } & Transcript)
  | ({ readonly type: 'transcript-final' } & Transcript)
  | { readonly type: 'usage'; readonly usage: Usage; readonly provider: string; readonly model: string }
  | { readonly type: 'error'; readonly source: ErrorSource; readonly error: unknown; readonly recoverable: boolean }
  | { readonly type: 'recovered'; readonly source: ErrorSource; readonly action: string };
