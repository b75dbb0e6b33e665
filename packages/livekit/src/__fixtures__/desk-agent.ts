import { defineAgent, type JobContext } from '@parley/core/worker';
import type { JobRoom } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
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

/**
 * Says it once a second for a while, and never rejects: a caller whose library is just joining misses what is told meanwhile (rtc-node 1.1.0), which on a busy
 * machine takes long.
 */
async function introduce(context: JobContext, room: JobRoom, attributes: Readonly<Record<string, string>>): Promise<void> {
  for (let told = 1; told <= 30 && !context.signal.aborted; told += 1) {
    // A room that is over takes no more.
    await liveKitRoom(room)
      .localParticipant?.setAttributes({ ...attributes, told: String(told) })
      .catch(() => {});
    await new Promise<void>((resolve) => void realClock.after(1000, resolve));
  }
}

/** Joins, meets the caller, and says in attributes whom it has met, and in which process it is. With the metadata `audio` it hums all the time. */
export default defineAgent({
  async entry(context) {
    const room = await context.connect();
    const io = context.info.metadata === 'audio' ? roomIO(room, { transcripts: false, text: false }) : undefined;
    if (io !== undefined) context.addShutdownCallback(() => io[Symbol.asyncDispose]());
    const caller = await context.waitForParticipant({ timeoutMs: 30_000 });
    void introduce(context, room, {
      met: caller.identity,
      pid: String(context.process.pid),
      worker: String(process.ppid),
      job: context.info.id,
      again: String(context.info.redispatched ?? false),
    });
    if (io !== undefined) await hum(context, io);
  },
});
