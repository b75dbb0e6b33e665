import { realClock } from '@parley/core';
import type {
  AudioInput,
  AudioOutput,
  CallIO,
  Clock,
  JobParticipant,
  JobRoom,
  Logger,
  TextInput,
  TranscriptOutput,
  VideoInput,
} from '@parley/core/provider';
import { type JoinedRoom, joinedRoom } from '../joined-room.js';
import { AgentAudioOutput } from './agent-audio-output.js';
import { CallerAudioInput } from './caller-audio-input.js';
import { CallerTextInput } from './caller-text-input.js';
import { CallerVideoInput } from './caller-video-input.js';
import { CallerWatch } from './caller-watch.js';
import { quietLogger } from './quiet-logger.js';
import { checkRoomIOOptions, type RoomIOOptions } from './room-io-options.js';
import { TranscriptPublisher } from './transcript-publisher.js';

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

const usualKinds = ['standard', 'sip', 'connector'] as const;
const usualWarmupMs = 3000;
const usualReturnMs = 15_000;
const usualTrackName = 'roomio_audio';

/**
 * Connects a session to a room of a LiveKit server: it hears the first participant who may be the caller, and speaks on a track that is
 * published at once. Made when the room is connected; the session closes it with itself.
 *
 * @param room `context.room` of a job.
 * @throws {TypeError} The room was not joined through `@parley/livekit`, or an option is none.
 * @throws {RangeError} An option is out of range.
 */
export function roomIO(room: JobRoom, options: RoomIOOptions = {}): RoomIO {
  const joined = joinedRoom(room);
  checkRoomIOOptions(options);
  const logger = options.logger ?? quietLogger;
  const clock = options.clock ?? realClock;
  const watch = new CallerWatch(room, watchOptions(room, options, clock));
  const textInput = options.text === false ? undefined : new CallerTextInput({ joined, watch, logger });
  const audioInput = createInput(options, { joined, watch, logger });
  const videoInput = options.video === true ? new CallerVideoInput({ joined, watch, clock }) : undefined;
  const audioOutput = createOutput(room, options, { logger, clock });
  const spokenBy = (speaker: 'user' | 'agent') =>
    speaker === 'agent'
      ? { trackSid: audioOutput?.trackSid }
      : { trackSid: watch.track('microphone')?.sid, identity: watch.caller?.identity };
  const transcriptOutput = options.transcripts === false ? undefined : new TranscriptPublisher({ joined, clock, logger, spokenBy });
  return {
    ...(audioInput !== undefined && { audioInput }),
    ...(audioOutput !== undefined && { audioOutput }),
    ...(videoInput !== undefined && { videoInput }),
    ...(textInput !== undefined && { textInput }),
    ...(transcriptOutput !== undefined && { transcriptOutput }),
    get caller() {
      return watch.caller;
    },
    get aecWarmupMs() {
      return watch.caller?.kind === 'sip' ? null : usualWarmupMs;
    },
    listenTo: (identity) => watch.choose(identity),
    async [Symbol.asyncDispose]() {
      watch.close();
      const parts: readonly (AsyncDisposable | undefined)[] = [audioInput, audioOutput, videoInput, textInput, transcriptOutput];
      await Promise.all(parts.map(async (part) => part?.[Symbol.asyncDispose]()));
    },
  };
}

function watchOptions(room: JobRoom, { caller }: RoomIOOptions, clock: Clock) {
  const rules = {
    localIdentity: room.localIdentity,
    kinds: caller?.kinds ?? usualKinds,
    identity: caller?.identity ?? undefined,
    endsWhenCallerLeaves: caller?.endsWhenCallerLeaves ?? true,
  };
  return { clock, rules, returnTimeoutMs: caller?.returnTimeoutMs ?? usualReturnMs };
}

function createInput(
  { input }: RoomIOOptions,
  parts: { readonly joined: JoinedRoom; readonly watch: CallerWatch; readonly logger: Logger },
): CallerAudioInput | undefined {
  if (input === null) return undefined;
  const noiseCancellation = input?.noiseCancellation ?? undefined;
  return new CallerAudioInput({ ...parts, noiseCancellation, preConnectAudio: input?.preConnectAudio ?? true });
}

function createOutput(
  room: JobRoom,
  { output }: RoomIOOptions,
  edge: { readonly logger: Logger; readonly clock: Clock },
): AgentAudioOutput | undefined {
  if (output === null) return undefined;
  return new AgentAudioOutput({
    joined: joinedRoom(room),
    ...edge,
    sampleRate: output?.sampleRate ?? undefined,
    networkLatencyMs: output?.networkLatencyMs ?? undefined,
    trackName: output?.trackName ?? usualTrackName,
  });
}
