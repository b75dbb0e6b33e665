import { createMixedAudioOutput, realClock } from '@parley/core';
import type { CallIO, JobRoom } from '@parley/core/provider';
import type { RoomIO } from './room-ends.js';
import type { RoomIOOptions } from './room-io-options.js';

/** The ends that a job's transport brings itself, as far as they are wanted. Its one caller is who is listened to. */
export function broughtIO(room: JobRoom, io: CallIO, options: RoomIOOptions): RoomIO {
  const { audioInput, audioOutput, textInput, transcriptOutput } = io;
  const { background = null, clock } = options;
  // Nobody hears it, as there is no second track; it passes all the same, so that whoever waits for a sound to end goes on.
  const unheard = background === null ? undefined : createMixedAudioOutput({ clock: clock ?? realClock, sampleRate: 8000, background });
  return {
    ...(audioInput !== undefined && options.input !== null && { audioInput }),
    ...(audioOutput !== undefined && options.output !== null && { audioOutput }),
    ...(textInput !== undefined && options.text !== false && { textInput }),
    ...(transcriptOutput !== undefined && options.transcripts !== false && { transcriptOutput }),
    get caller() {
      return room.participants[0];
    },
    // There is no loudspeaker whose echo would come back.
    aecWarmupMs: null,
    listenTo() {},
    // All else is the transport's, which closes it when the call is left.
    async [Symbol.asyncDispose]() {
      await unheard?.[Symbol.asyncDispose]();
    },
  };
}
