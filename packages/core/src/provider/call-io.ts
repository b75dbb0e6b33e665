import type { AudioInput } from './audio-input.js';
import type { AudioOutput } from './audio-output.js';
import type { TextInput } from './text-input.js';
import type { TranscriptOutput } from './transcript-output.js';
import type { VideoInput } from './video-input.js';

/** All that joins one session to one caller; each part optional and replaceable while the call runs. */
export interface CallIO {
  readonly audioInput?: AudioInput;
  readonly audioOutput?: AudioOutput;
  readonly videoInput?: VideoInput;
  readonly textInput?: TextInput;
  readonly transcriptOutput?: TranscriptOutput;
}
