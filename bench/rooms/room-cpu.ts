import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import { BenchRooms } from './bench-rooms.js';
import { cpuMsOf } from './process-list.js';
import { endRoomCalls, type RoomCall, startRoomCalls } from './room-calls.js';
import { SubjectWorker, type SubjectWorkerOptions } from './subject-worker.js';

const calls = 4;
/** Of each turn: the caller speaks, and is answered with two seconds. */
const speechMs = 800;
const turnMs = 3000;
const replyFrames = 100;
const settleMs = 3000;

/** CPU time of job processes by second and call: caller silent and agent listening; and both speaking in turns. Caller and server are not in it. */
export async function measureRoomCpu({ isQuick, subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const turns = isQuick ? 2 : 6;
  const apart = await cpuOfCalls({ subject, idleProcesses: calls, jobsPerProcess: 1 }, turns);
  const rows = rowsOf(apart, `${calls} calls, a process each`);
  if (subject === 'peer') return rows;
  const shared = await cpuOfCalls({ subject, idleProcesses: 1, jobsPerProcess: calls }, turns);
  return [...rows, ...rowsOf(shared, `${calls} calls in one process (the peer cannot)`)];
}

/** Milliseconds by second and call. */
interface CallCpu {
  readonly silentMs: number;
  readonly speakingMs: number;
}

async function cpuOfCalls(options: SubjectWorkerOptions, turns: number): Promise<CallCpu> {
  const rooms = new BenchRooms();
  await using worker = await SubjectWorker.start(options);
  const running = await startRoomCalls(rooms, calls, { agentName: worker.agentName, order: { replyFrames } });
  // Processes that take the place of used ones start meanwhile; and code is compiled in the first turn.
  const busy = busyProcesses(worker);
  await speakInTurns(running, 1);
  await sleep(settleMs);
  const silentMs = await cpuBySecond(busy, () => sleep(turns * turnMs));
  const speakingMs = await cpuBySecond(busy, () => speakInTurns(running, turns));
  await endRoomCalls(rooms, running);
  return { silentMs: silentMs / calls, speakingMs: speakingMs / calls };
}

/** Those started first have got the calls. */
const busyProcesses = (worker: SubjectWorker): readonly number[] => worker.jobProcesses.toSorted((a, b) => a - b).slice(0, calls);

async function cpuBySecond(pids: readonly number[], work: () => Promise<void>): Promise<number> {
  const used = () => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  const from = { cpuMs: used(), atMs: performance.now() };
  await work();
  return ((used() - from.cpuMs) / (performance.now() - from.atMs)) * 1000;
}

async function speakInTurns(running: readonly RoomCall[], turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.all([sleep(turnMs), ...running.map(({ caller }) => caller.speak(speechMs))]);
}

const rowsOf = ({ silentMs, speakingMs }: CallCpu, what: string): readonly BenchRow[] => [
  { what: `${what}: of a second in silence, each`, figures: [silentMs], unit: 'ms' },
  { what: `${what}: of a second in which they talk, each`, figures: [speakingMs], unit: 'ms' },
];
