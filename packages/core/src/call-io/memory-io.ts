import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioInput } from '../provider/audio-input.js';
import type { AudioOutput } from '../provider/audio-output.js';
import type { CallIO } from '../provider/call-io.js';
import type { Clock } from '../provider/clock.js';
import type { TextInput } from '../provider/text-input.js';
import type { TranscriptOutput } from '../provider/transcript-output.js';
import { Channel } from '../stream/channel.js';
import { realClock } from '../time/real-clock.js';
import { AudioQueue } from '../audio/audio-queue.js';
import type { BackgroundAudio } from './background-audio.js';
import { createCallOutput } from './call-output.js';
import { createInstantAudioOutput } from './instant-output.js';
import type { PlayedAudio } from './played-audio.js';

/** A part of a transcript, as the session gives it. */
export type TranscriptPart = Parameters<TranscriptOutput['write']>[0];

type TextMessage = TextInput['messages'] extends AsyncIterable<infer Message> ? Message : never;

export interface MemoryIOOptions {
  /** The real one by default. */
  readonly clock?: Clock | null | undefined;
  /** Hertz of the agent's audio, mono; 16,000 by default. */
  readonly sampleRate?: number | null | undefined;
  /** Whether the agent's audio takes its time to play, as it does for a listener. True by default; false: it is played at once. */
  readonly pace?: boolean | null | undefined;
  /** Given the agent's audio as it is played: what an interruption cut off is not among it. */
  readonly onAudio?: ((audio: PlayedAudio) => void) | null | undefined;
  /** Sounds behind the agent's voice, in what `onAudio` is given. Belongs to the call from now on, which disposes it. Needs `pace`. */
  readonly background?: BackgroundAudio | null | undefined;
  /** Given each part of the transcript as it is written. */
  readonly onTranscript?: ((part: TranscriptPart) => void) | null | undefined;
  /** Frames pushed that may wait to be read, 500 by default; when there are more, the oldest go and the agent is told of a gap. */
  readonly inputCapacity?: number | null | undefined;
}

/** A call whose caller is the application itself. */
export interface MemoryIO extends CallIO, AsyncDisposable {
  readonly audioInput: AudioInput;
  readonly audioOutput: AudioOutput;
  readonly textInput: TextInput;
  readonly transcriptOutput: TranscriptOutput;
  /** The last 1,000 parts written. */
  readonly transcript: readonly TranscriptPart[];
  /**
   * The caller is heard. Of any rate and channels; times are the application's, and go on. Ignored after `end`.
   *
   * @throws {RangeError} It is no frame: over 60 ms long, or not of whole samples.
   */
  push(frame: AudioFrame): void;
  /** The caller writes. Returns a promise to await when 100 messages wait to be read, else nothing. */
  pushText(text: string, from?: string): Promise<void> | undefined;
  /** The caller presses a key: one of `0123456789*#ABCD`. @throws {RangeError} It is another. */
  pushDigit(digit: string): Promise<void> | undefined;
  /** The caller hangs up. */
  end(): void;
}

const textCapacity = 100;
const transcriptCapacity = 1_000;

/**
 * Connects a session to the application: it pushes what the caller says, and is given what the agent says.
 *
 * @throws {RangeError} An option is out of range.
 * @throws {TypeError} A background, and no pace.
 */
export function memoryIO(options: MemoryIOOptions = {}): MemoryIO {
  const frames = new AudioQueue({ capacity: options.inputCapacity ?? 500 });
  const messages = new Channel<TextMessage>({ capacity: textCapacity });
  const transcript: TranscriptPart[] = [];
  const audioOutput = createOutput(options);
  const end = () => {
    frames.end();
    messages.end();
  };
  return {
    audioInput: { read: () => frames, [Symbol.asyncDispose]: async () => frames.end() },
    audioOutput,
    textInput: { messages, [Symbol.asyncDispose]: async () => messages.end() },
    transcriptOutput: {
      write(part) {
        transcript.push(part);
        if (transcript.length > transcriptCapacity) transcript.shift();
        options.onTranscript?.(part);
      },
      [Symbol.asyncDispose]: async () => {},
    },
    transcript,
    push(frame) {
      checkFrame(frame);
      frames.push(frame);
    },
    pushText: (text, from) => messages.push({ type: 'text', text, ...(from !== undefined && { from }) }),
    pushDigit(digit) {
      if (!/^[0-9*#A-D]$/.test(digit)) throw new RangeError('a digit is one of 0123456789*#ABCD');
      return messages.push({ type: 'dtmf', digit });
    },
    end,
    async [Symbol.asyncDispose]() {
      end();
      await audioOutput[Symbol.asyncDispose]();
    },
  };
}

function createOutput(options: MemoryIOOptions): AudioOutput {
  const sampleRate = options.sampleRate ?? 16_000;
  const format = { sampleRate, ...(options.onAudio && { onAudio: options.onAudio }) };
  const { background, pace } = options;
  if (pace !== false) return createCallOutput({ ...format, background, clock: options.clock ?? realClock });
  if (background !== undefined && background !== null) throw new TypeError('memoryIO: a background sounds in time: leave "pace" true');
  return createInstantAudioOutput(format);
}

function checkFrame({ samples, sampleRate, channels }: AudioFrame): void {
  if (!(sampleRate >= 1_000)) throw new RangeError(`a frame's sample rate is at least 1000 Hz, not ${sampleRate}`);
  if (!Number.isInteger(samples.length / channels))
    throw new RangeError(`${samples.length} samples are no whole number of ${channels}-channel samples`);
  const durationMs = (samples.length * 1_000) / (channels * sampleRate);
  if (durationMs > 61) throw new RangeError(`a frame lasts at most 60 ms, not ${durationMs}: cut it with toFrames`);
}
