import type { SpeechSource } from '../observe/agent-event.js';
import type { NewSpeech } from '../turn/floor.js';
import type { TurnOptions } from '../turn/turn-options.js';

export type TimerName =
  | 'endpointing'
  | 'interim-commit'
  | 'manual-commit'
  | 'transcription'
  | 'turn-limit'
  | 'false-interruption'
  | 'next-speech'
  | 'user-away';

interface TranscriptFields {
  readonly segmentId: string;
  readonly text: string;
  readonly language?: string;
  readonly speaker?: string;
}

/** What happens to a session, as its reducer sees it. */
export type SessionEvent =
  | { readonly type: 'started' }
  | { readonly type: 'options-changed'; readonly options: TurnOptions; readonly hasVad: boolean }
  // What was heard; `atMs` is when it happened, on the clock.
  | { readonly type: 'voice-start'; readonly atMs: number }
  | { readonly type: 'voice-progress'; readonly speechMs: number }
  | { readonly type: 'voice-end'; readonly atMs: number }
  /** The voice has been silent for as long as the turn detector wants; it may go on yet. */
  | { readonly type: 'voice-pause' }
  | ({ readonly type: 'transcript-interim' } & TranscriptFields)
  /** `endedMs` is where its audio ended, on the clock. */
  | ({ readonly type: 'transcript-final'; readonly endedMs: number } & TranscriptFields)
  /** Wrote a line, or pressed a key. */
  | { readonly type: 'user-wrote' }
  /** What the user said will never be known; `isTold` as it is heard of. */
  | { readonly type: 'speech-lost'; readonly error: unknown; readonly isTold: boolean }
  // What the STT makes of the user's turn by itself.
  | { readonly type: 'stt-speech-start' }
  | { readonly type: 'stt-speech-end'; readonly atMs: number }
  | { readonly type: 'turn-eager'; readonly text: string }
  | { readonly type: 'turn-resumed' }
  | { readonly type: 'turn-end'; readonly atMs: number }
  // What the application asks for.
  | { readonly type: 'turn-commit-requested' }
  | { readonly type: 'turn-cleared' }
  | { readonly type: 'interrupt-requested'; readonly speechId?: string; readonly force: boolean }
  | { readonly type: 'speech-protected'; readonly speechId: string; readonly allowInterruptions: boolean }
  | { readonly type: 'closing' }
  // What the runners report.
  | { readonly type: 'timer'; readonly name: TimerName }
  | { readonly type: 'speech-created'; readonly speech: NewSpeech; readonly source: SpeechSource }
  /** It is meant for the caller: it waits for the floor. */
  | { readonly type: 'speech-queued'; readonly speechId: string }
  /** It has called a tool. */
  | { readonly type: 'speech-acted'; readonly speechId: string }
  /** `isFinished` also where the detector failed or took too long. */
  | { readonly type: 'prediction'; readonly id: number; readonly isFinished: boolean }
  | { readonly type: 'playout-started'; readonly speechId: string }
  /** One reply of a speech is over: its tools go on, or the speech has ended. */
  | { readonly type: 'step-ended'; readonly speechId: string; readonly next: 'working' | 'ended' }
  /** Its tools begin to wait for a task, or do not any more. */
  | { readonly type: 'speech-parked'; readonly speechId: string; readonly isParked: boolean }
  /** So many tools run that no turn waits for. */
  | { readonly type: 'released-tools-changed'; readonly count: number }
  /** Tool results are in: the speech wants the floor again. */
  | { readonly type: 'step-queued'; readonly speechId: string };
