import type { BackgroundAudio } from '@parley/core';
import type { Clock, JobParticipantKind, Logger } from '@parley/core/provider';
import type { NoiseCancellation } from './noise-cancellation.js';

export interface RoomIOOptions {
  /** The caller's voice; `null`: they are not listened to. */
  readonly input?: RoomInputOptions | null | undefined;
  /** The agent's voice; `null`: it has none. */
  readonly output?: RoomOutputOptions | null | undefined;
  /**
   * Whether the caller is seen: their screen, if they share it, else their camera, as pictures (JPEG, at most 1,024 pixels a side) for the
   * session's `videoSampler`. Default false.
   */
  readonly video?: boolean | null | undefined;
  /** Whether what the caller types on `lk.chat` and dials is read. Default true; one `roomIO` of a room at a time. */
  readonly text?: boolean | null | undefined;
  /** Whether both sides' words are shown to all on `lk.transcription`. Default true. */
  readonly transcripts?: boolean | null | undefined;
  /** Sounds behind the agent's voice, on a track of their own. Belongs to the call from now on, which disposes it. */
  readonly background?: BackgroundAudio | null | undefined;
  /** Who the caller is. */
  readonly caller?: RoomCallerOptions | null | undefined;
  /** What goes wrong without ending the call is logged here: give it `context.logger`. */
  readonly logger?: Logger | null | undefined;
  /** The real one by default. */
  readonly clock?: Clock | null | undefined;
}

export interface RoomCallerOptions {
  /** Only this participant, of whatever kind. The first of `kinds` unless given. */
  readonly identity?: string | null | undefined;
  /** `standard`, `sip` and `connector` unless given. */
  readonly kinds?: readonly JobParticipantKind[] | null | undefined;
  /** Whether the call is over when the caller has left for good; otherwise the next who fits takes their place. Default true. */
  readonly endsWhenCallerLeaves?: boolean | null | undefined;
  /** How long a caller whose connection was lost is waited for; 15,000 by default. */
  readonly returnTimeoutMs?: number | null | undefined;
}

export interface RoomInputOptions {
  /** A filter for the caller's track, or what makes one for each track. */
  readonly noiseCancellation?: NoiseCancellation | null | undefined;
  /**
   * Whether what the caller's client recorded before the agent was there is heard first (`preConnectBuffer` of LiveKit's clients). A new
   * caller is heard half a second later for it, once. Default true.
   */
  readonly preConnectAudio?: boolean | null | undefined;
}

export interface RoomOutputOptions {
  /** Hertz of the agent's track, mono; 24,000 by default. What the voice gives is converted if it differs. */
  readonly sampleRate?: number | null | undefined;
  /** From this machine to the listener's ear, one way, beyond the 60 ms that the media engines take; 40 by default. */
  readonly networkLatencyMs?: number | null | undefined;
  /** `roomio_audio` by default, as LiveKit's own agents name it. */
  readonly trackName?: string | null | undefined;
}

/** What may stand in the options, and in which of them. */
const known: Readonly<Record<string, readonly string[]>> = {
  options: ['input', 'output', 'video', 'text', 'transcripts', 'background', 'caller', 'logger', 'clock'],
  caller: ['identity', 'kinds', 'endsWhenCallerLeaves', 'returnTimeoutMs'],
  input: ['noiseCancellation', 'preConnectAudio'],
  output: ['sampleRate', 'networkLatencyMs', 'trackName'],
};

/**
 * @throws {TypeError} An option is not known.
 * @throws {RangeError} An option is out of range. Each names the option and its value.
 */
export function checkRoomIOOptions(options: RoomIOOptions): void {
  checkNames('options', options);
  for (const group of ['caller', 'input', 'output'] as const) checkNames(group, options[group]);
  const { sampleRate, networkLatencyMs } = options.output ?? {};
  const { returnTimeoutMs } = options.caller ?? {};
  const { background } = options;
  if (background !== undefined && background !== null && !(typeof background === 'object' && 'connect' in background))
    throw new TypeError('roomIO: option "background" is what createBackgroundAudio made');
  if (typeof sampleRate === 'number' && !(Number.isInteger(sampleRate) && sampleRate >= 8000 && sampleRate <= 48_000))
    throw new RangeError(`roomIO: output.sampleRate is a whole number from 8000 to 48000, not ${sampleRate}`);
  checkTime('output.networkLatencyMs', networkLatencyMs);
  checkTime('caller.returnTimeoutMs', returnTimeoutMs);
}

function checkNames(group: string, given: unknown): void {
  if (given === undefined || given === null) return;
  const name = group === 'options' ? 'options' : `option "${group}"`;
  if (typeof given !== 'object') throw new TypeError(`roomIO: ${name} must be an object`);
  const names = known[group] ?? [];
  const unknown = Object.keys(given).find((key) => !names.includes(key));
  if (unknown !== undefined) throw new TypeError(`roomIO: ${name} has no "${unknown}"; known are ${names.join(', ')}`);
}

function checkTime(name: string, value: number | null | undefined): void {
  if (value === undefined || value === null || (value >= 0 && Number.isFinite(value))) return;
  throw new RangeError(`roomIO: ${name} is milliseconds from 0 on, not ${value}`);
}
