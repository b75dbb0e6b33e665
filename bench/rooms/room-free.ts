import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import { median, percentile } from '../statistics.js';
import type { SubjectName } from '../subject.js';
import { BenchRooms } from './bench-rooms.js';
import { hasEnded } from './process-list.js';
import { type RoomCall, startRoomCall } from './room-calls.js';
import { SubjectWorker } from './subject-worker.js';

const atMostMs = 500;
const endMs = 60_000;
/** The process that takes the place of the used one starts meanwhile, and all of the call has been made. */
const settleMs = 2000;

/** From the deletion of the room of a running call, asked for, until its job process has ended, or has room for another call. */
export async function measureRoomFree({ isQuick, subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const rooms = new BenchRooms();
  const ended = await endTimes(rooms, subject, isQuick ? 3 : 8);
  const freed = subject === 'parley' ? await freeTimes(rooms, isQuick ? 5 : 20) : [];
  return [
    { what: 'room deleted -> job process has ended, p50', figures: [median(ended)], unit: 'ms', atMost: atMostMs },
    { what: 'room deleted -> job process has ended, max', figures: [percentile(ended, 1)], unit: 'ms' },
    ...(freed.length === 0
      ? []
      : ([
          {
            what: 'room deleted -> free in a shared process (the peer cannot), p50',
            figures: [median(freed)],
            unit: 'ms',
            atMost: atMostMs,
          },
        ] as const)),
  ];
}

async function endTimes(rooms: BenchRooms, subject: SubjectName, rounds: number): Promise<readonly number[]> {
  await using worker = await SubjectWorker.start({ subject, idleProcesses: 1, jobsPerProcess: 1 });
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [pid = 0] = worker.jobProcesses;
    const call = await startRoomCall(rooms, { agentName: worker.agentName });
    await sleep(settleMs);
    times.push(await timeFrom(rooms, call, { what: 'the job process to end', isDone: () => hasEnded(pid) }));
    await worker.untilWarm(1);
  }
  return times;
}

async function freeTimes(rooms: BenchRooms, rounds: number): Promise<readonly number[]> {
  await using worker = await SubjectWorker.start({ subject: 'parley', idleProcesses: 1, jobsPerProcess: 10 });
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const call = await startRoomCall(rooms, { agentName: worker.agentName });
    await sleep(settleMs);
    // Whoever offers the next job is told when there is room for it.
    const isDone = async () => (await worker.ask('status')).activeJobs === 0;
    times.push(await timeFrom(rooms, call, { what: 'the job to be over', isDone }));
  }
  return times;
}

interface Done {
  readonly what: string;
  readonly isDone: () => boolean | Promise<boolean>;
}

async function timeFrom(rooms: BenchRooms, { room, caller }: RoomCall, { what, isDone }: Done): Promise<number> {
  const fromMs = performance.now();
  await rooms.close(room);
  while (!(await isDone())) {
    if (performance.now() - fromMs > endMs) throw new Error(`waited ${endMs} ms for ${what}`);
    await sleep(1);
  }
  const tookMs = performance.now() - fromMs;
  await caller[Symbol.asyncDispose]();
  return tookMs;
}
