import type { AudioInput, AudioOutput, CallIO, JobParticipant, TextInput, TranscriptOutput, VideoInput } from '@parley/core/provider';

/** The ends of a call in a room. */
export interface RoomIO extends CallIO, AsyncDisposable {
  readonly audioInput?: AudioInput;
  readonly audioOutput?: AudioOutput;
  /** If option `video` is set. */
  readonly videoInput?: VideoInput;
  readonly textInput?: TextInput;
  readonly transcriptOutput?: TranscriptOutput;
  /** Who is listened to at present, if they are there. */
  readonly caller: JobParticipant | undefined;
  /**
   * For the session's option of that name: 3,000 for a caller with a loudspeaker, whose echo canceller still has to learn the agent's voice;
   * null for one on a telephone. As the caller is now, so wait for them first.
   */
  readonly aecWarmupMs: number | null;
  /** Listens to this participant from now on, who may still have to come; without one to the first who fits. */
  listenTo(identity?: string): void;
}
