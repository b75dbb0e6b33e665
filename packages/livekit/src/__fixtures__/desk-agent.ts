import { defineAgent, type JobContext } from '@parley/core/worker';
import { liveKitRoom } from '../joined-room.js';
import { roomIO } from '../room/room-io.js';

const sampleRate = 24_000;
const frameMs = 20;
const samplesPerFrame = (frameMs * sampleRate) / 1000;
/** A whole number of periods, so that one frame follows the other without a step. */
const frame = Int16Array.from({ length: samplesPerFrame }, (_, index) => Math.round(8000 * Math.sin((2 * Math.PI * 400 * index) / sampleRate)));

/** Speaks without a pause until the job ends. */
async function hum(context: JobContext, io: ReturnType<typeof roomIO>): Promise<void> {
  void drainEvents(io);
  for (let atMs = 0; !context.signal.aborted; atMs += frameMs) {
    await io.audioOutput?.write('hum', { samples: frame, sampleRate, channels: 1, atMs });
  }
}

async function drainEvents({ audioOutput }: ReturnType<typeof roomIO>): Promise<void> {
  for await (const event of audioOutput?.events ?? []) void event;
}

/** Joins, meets the caller, and says in attributes whom it has met, and in which process it is. With the metadata `audio` it hums all the time. */
export default defineAgent({
  async entry(context) {
    const room = await context.connect();
    const io = context.info.metadata === 'audio' ? roomIO(room, { transcripts: false, text: false }) : undefined;
    if (io !== undefined) context.addShutdownCallback(() => io[Symbol.asyncDispose]());
    const caller = await context.waitForParticipant({ timeoutMs: 30_000 });
    await liveKitRoom(room).localParticipant?.setAttributes({
      met: caller.identity,
      pid: String(context.process.pid),
      worker: String(process.ppid),
      job: context.info.id,
      again: String(context.info.redispatched ?? false),
    });
    if (io !== undefined) await hum(context, io);
  },
});
