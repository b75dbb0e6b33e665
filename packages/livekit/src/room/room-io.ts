import { realClock } from '@parley/core';
import type { Clock, JobRoom, Logger } from '@parley/core/provider';
import { type JoinedRoom, joinedRoom } from '../joined-room.js';
import { AgentAudioOutput } from './agent-audio-output.js';
import { BackgroundTrack } from './background-track.js';
import { broughtIO } from './brought-io.js';
import { CallerAudioInput } from './caller-audio-input.js';
import { CallerTextInput } from './caller-text-input.js';
import { CallerVideoInput } from './caller-video-input.js';
import { CallerWatch } from './caller-watch.js';
import { quietLogger } from './quiet-logger.js';
import { checkRoomIOOptions, type RoomIOOptions } from './room-io-options.js';
import type { RoomIO } from './room-ends.js';
import { TranscriptPublisher } from './transcript-publisher.js';

const usualKinds = ['standard', 'sip', 'connector'] as const;
const usualWarmupMs = 3000;
const usualReturnMs = 15_000;
const usualTrackName = 'roomio_audio';

/**
 * Connects a session to a room of a LiveKit server: it hears the first participant who may be the caller, and speaks on a track that is
 * published at once. Made when the room is connected; the session closes it with itself.
 *
 * @param room `context.room` of a job. Where its transport brings the ends of the call itself, as `parley call` does, they are given.
 * @throws {TypeError} The room was not joined through `@parley/livekit`, or an option is none.
 * @throws {RangeError} An option is out of range.
 */
export function roomIO(room: JobRoom, options: RoomIOOptions = {}): RoomIO {
  checkRoomIOOptions(options);
  if (room.io !== undefined) return broughtIO(room, room.io, options);
  const joined = joinedRoom(room);
  const logger = options.logger ?? quietLogger;
  const clock = options.clock ?? realClock;
  const watch = new CallerWatch(room, watchOptions(room, options, clock));
  const textInput = options.text === false ? undefined : new CallerTextInput({ joined, watch, logger });
  const audioInput = createInput(options, { joined, watch, logger });
  const videoInput = options.video === true ? new CallerVideoInput({ joined, watch, clock }) : undefined;
  const audioOutput = createOutput(room, options, { logger, clock });
  const { background = null } = options;
  const backgroundTrack = background === null ? undefined : new BackgroundTrack({ joined, clock, logger, background });
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
      const heard: readonly (AsyncDisposable | undefined)[] = [audioInput, videoInput, textInput];
      const parts = [...heard, audioOutput, backgroundTrack, transcriptOutput];
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
