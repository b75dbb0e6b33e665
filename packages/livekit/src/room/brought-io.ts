import type { CallIO, JobRoom } from '@parley/core/provider';
import type { RoomIO } from './room-ends.js';
import type { RoomIOOptions } from './room-io-options.js';

/** The ends that a job's transport brings itself, as far as they are wanted. Its one caller is who is listened to. */
export function broughtIO(room: JobRoom, io: CallIO, options: RoomIOOptions): RoomIO {
  const { audioInput, audioOutput, textInput, transcriptOutput } = io;
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
    // They are the transport's, which closes them when the call is left.
    async [Symbol.asyncDispose]() {},
  };
}
