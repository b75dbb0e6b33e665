import { resolve } from 'node:path';
import type { AudioInput } from '../provider/audio-input.js';
import type { CallIO } from '../provider/call-io.js';
import type { Clock } from '../provider/clock.js';
import { openWav } from '../audio/wav-reader.js';
import { realClock } from '../time/real-clock.js';
import type { BackgroundAudio } from './background-audio.js';
import { createCallOutput } from './call-output.js';
import { type CallRecorder, createCallRecorder } from './call-recorder.js';
import { createFileInput } from './file-input.js';
import { holdClock } from '../time/hold-clock.js';
import type { PacedAudioOutput } from './paced-output.js';

export interface FileIOOptions {
  /** WAV file that holds what the caller says. */
  readonly input: string;
  /** WAV file to record the call to; nothing is recorded without it. */
  readonly output?: string | null | undefined;
  /** The real one by default. */
  readonly clock?: Clock | null | undefined;
  /** Hertz of the recording and of the agent's audio, 8,000 to 192,000; 16,000 by default. */
  readonly recordRate?: number | null | undefined;
  /** Silence after the end of the file, in which the caller still listens; 0 by default. */
  readonly trailingSilenceMs?: number | null | undefined;
  /** Sounds behind the agent's voice, on its side of the recording. Belongs to the call from now on, which disposes it. */
  readonly background?: BackgroundAudio | null | undefined;
}

/** A call whose caller is a file. Dispose it: the recording has its name only then. */
export interface FileIO extends CallIO, AsyncDisposable {
  readonly audioInput: AudioInput;
  readonly audioOutput: PacedAudioOutput;
  /** Wall time of position 0 of the recording, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Length of what the caller says. */
  readonly inputDurationMs: number;
  /**
   * Ends both directions and writes what there is of the recording, at any moment.
   *
   * @throws {WavError} The recording is missing, or shorter than the call.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * The caller speaks from a file, in the clock's time; the agent's voice is played to nobody, and acknowledged in the same time. The recording
 * is stereo, caller left, agent right, true to time from `startedAt` to disposal.
 *
 * @throws {WavError} The input cannot be read, or the output cannot be written there. Nothing is left behind.
 * @throws {RangeError} An option is out of range, or input and output are the same file.
 */
export async function fileIO(options: FileIOOptions): Promise<FileIO> {
  const clock = options.clock ?? realClock;
  const recordRate = options.recordRate ?? 16_000;
  const trailingSilenceMs = options.trailingSilenceMs ?? 0;
  const output = options.output ?? undefined;
  if (!Number.isInteger(recordRate) || recordRate < 8_000 || recordRate > 192_000)
    throw new RangeError(`recordRate is a whole number from 8000 to 192000, not ${recordRate}`);
  if (!(trailingSilenceMs >= 0)) throw new RangeError(`trailingSilenceMs is a number from 0 on, not ${trailingSilenceMs}`);
  if (output !== undefined && resolve(output) === resolve(options.input))
    throw new RangeError(`${output}: input and output are the same file`);
  return holdClock(clock, async () => {
    const reader = await openWav(options.input);
    try {
      const format = { clock, sampleRate: recordRate, background: options.background ?? undefined };
      const recorder = output === undefined ? undefined : await createCallRecorder({ ...format, path: output });
      const audioInput = createFileInput({ clock, reader, recorder, trailingSilenceMs });
      const audioOutput = recorder?.output ?? createCallOutput(format);
      return connect(
        { clock, audioInput, audioOutput, recorder },
        { startedAt: clock.date().getTime(), inputDurationMs: reader.durationMs },
      );
    } catch (error) {
      await reader[Symbol.asyncDispose]();
      throw error;
    }
  });
}

interface Parts {
  readonly clock: Clock;
  readonly audioInput: AudioInput;
  readonly audioOutput: PacedAudioOutput;
  readonly recorder: CallRecorder | undefined;
}

function connect({ clock, audioInput, audioOutput, recorder }: Parts, facts: Pick<FileIO, 'startedAt' | 'inputDurationMs'>): FileIO {
  let closing: Promise<void> | undefined;
  const close = async () => {
    await audioInput[Symbol.asyncDispose]();
    await audioOutput[Symbol.asyncDispose]();
    await recorder?.close();
  };
  return {
    audioInput,
    audioOutput,
    ...facts,
    [Symbol.asyncDispose]() {
      closing ??= holdClock(clock, close);
      return closing;
    },
  };
}
