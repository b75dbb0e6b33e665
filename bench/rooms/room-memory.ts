import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import type { SubjectName } from '../subject.js';
import { BenchRooms } from './bench-rooms.js';
import { memoryOf } from './process-list.js';
import { endRoomCalls, type RoomCall, startRoomCalls } from './room-calls.js';
import { SubjectWorker } from './subject-worker.js';

/** In one process. */
const calls = 10;
/** In a process each: so few that the peer's are soon there. */
const callsApart = 4;
/** Of 10 s in which the agent speaks: all that a call needs has been made. */
const intoReplyMs = 3000;

/** Resident memory of job processes: warm, in a call, and in ten, and of all processes of a worker together. */
export async function measureRoomMemory({ subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const rooms = new BenchRooms();
  const apart = await inProcessesOfTheirOwn(rooms, subject);
  return [...apart, ...(subject === 'parley' ? await inOneProcess(rooms) : [])];
}

async function inProcessesOfTheirOwn(rooms: BenchRooms, subject: SubjectName): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  {
    await using worker = await SubjectWorker.start({ subject, idleProcesses: 1, jobsPerProcess: 1 });
    const pid = onlyProcess(worker);
    rows.push({ what: 'idle job process', figures: [memoryOf(pid).residentMb], unit: 'MB', atMost: 78 });
    rows.push({ what: 'worker with one idle job process, all its processes', figures: [togetherMb(worker)], unit: 'MB' });
    const running = await speakingCalls(rooms, worker, 1);
    rows.push({ what: 'job process in a call', figures: [memoryOf(pid).residentMb], unit: 'MB', atMost: 100 });
    await endRoomCalls(rooms, running);
  }
  await using worker = await SubjectWorker.start({ subject, idleProcesses: callsApart, jobsPerProcess: 1 });
  const running = await speakingCalls(rooms, worker, callsApart);
  rows.push({ what: `${callsApart} calls, a process each: all of the worker's`, figures: [togetherMb(worker)], unit: 'MB' });
  await endRoomCalls(rooms, running);
  return rows;
}

async function inOneProcess(rooms: BenchRooms): Promise<readonly BenchRow[]> {
  await using worker = await SubjectWorker.start({ subject: 'parley', idleProcesses: 1, jobsPerProcess: calls });
  const pid = onlyProcess(worker);
  const first = await speakingCalls(rooms, worker, 1);
  const one = memoryOf(pid).residentMb;
  const some = await speakingCalls(rooms, worker, callsApart - 1);
  const together = togetherMb(worker);
  const further = await speakingCalls(rooms, worker, calls - callsApart);
  const all = memoryOf(pid).residentMb;
  await endRoomCalls(rooms, [...first, ...some, ...further]);
  return [
    {
      what: `each further call of ${calls} in one process (the peer cannot)`,
      figures: [(all - one) / (calls - 1)],
      unit: 'MB',
      atMost: 15,
    },
    { what: `${callsApart} calls in one process: all of the worker's (the peer cannot)`, figures: [together], unit: 'MB' },
  ];
}

/** So many calls, in each of which the agent speaks. */
async function speakingCalls(rooms: BenchRooms, worker: SubjectWorker, count: number): Promise<readonly RoomCall[]> {
  const running = await startRoomCalls(rooms, count, { agentName: worker.agentName });
  await Promise.all(running.map(({ caller }) => caller.speak(500)));
  await sleep(intoReplyMs);
  return running;
}

/** What they share counts once. */
const togetherMb = (worker: SubjectWorker): number => worker.allProcesses.reduce((sum, pid) => sum + memoryOf(pid).shareMb, 0);

function onlyProcess({ jobProcesses }: SubjectWorker): number {
  const [pid] = jobProcesses;
  if (pid === undefined || jobProcesses.length > 1)
    throw new Error(`one idle job process was wanted, and there are ${jobProcesses.length}`);
  return pid;
}
