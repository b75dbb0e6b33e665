import type { BenchRow } from '../bench-row.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import { percentile } from '../statistics.js';
import { BenchRooms } from './bench-rooms.js';
import { SubjectWorker, type SubjectWorkerOptions } from './subject-worker.js';

const atOnce = 20;
const oneAtMostMs = 107;

/**
 * From the offer of a job at the worker to the agent in the room: its connection is made. What the server waits before it offers a job is not
 * in it. One after another, and twenty at once, each in a warm process of its own.
 */
export async function measureRoomJoin({ isQuick, subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const rooms = new BenchRooms();
  const single = await roundsOf(rooms, { worker: { subject, idleProcesses: 2, jobsPerProcess: 1 }, jobs: 1, rounds: isQuick ? 5 : 20 });
  const rounds = isQuick ? 1 : 5;
  const together = await roundsOf(rooms, { worker: { subject, idleProcesses: atOnce, jobsPerProcess: 1 }, jobs: atOnce, rounds });
  // The peer has one job in each process.
  const inShared = { worker: { subject, idleProcesses: 2, jobsPerProcess: 10 }, jobs: atOnce, rounds } as const;
  const shared = subject === 'parley' ? await roundsOf(rooms, inShared) : [];
  return [
    // The first finds a server and a worker that have done nothing yet.
    ...rowsOf('offer -> in the room, one at a time', single.slice(1), oneAtMostMs),
    ...rowsOf('offer -> in the room, twenty at once', together),
    ...(shared.length === 0 ? [] : rowsOf('twenty at once, ten in a process (the peer cannot)', shared)),
  ];
}

function rowsOf(what: string, times: readonly number[], atMost?: number): readonly BenchRow[] {
  const joined = times.filter(Number.isFinite);
  const lost: BenchRow = { what: `${what}: agents that did not come`, figures: [times.length - joined.length], unit: 'calls' };
  if (joined.length === 0) return [lost];
  return [
    { what: `${what}, p50`, figures: [percentile(joined, 0.5)], unit: 'ms', ...(atMost === undefined ? {} : { atMost }) },
    { what: `${what}, p99`, figures: [percentile(joined, 0.99)], unit: 'ms' },
    lost,
  ];
}

interface Rounds {
  readonly worker: SubjectWorkerOptions;
  /** At once. */
  readonly jobs: number;
  readonly rounds: number;
}

async function roundsOf(rooms: BenchRooms, { worker: options, jobs, rounds }: Rounds): Promise<readonly number[]> {
  await using worker = await SubjectWorker.start(options);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await worker.untilWarm(options.idleProcesses);
    times.push(...(await joinTimes(rooms, worker, jobs)));
  }
  return times;
}

/** Of so many rooms opened at once; Infinity where no agent came. */
async function joinTimes(rooms: BenchRooms, worker: SubjectWorker, count: number): Promise<readonly number[]> {
  const names = await Promise.all(Array.from({ length: count }, () => rooms.open(worker.agentName, { kind: 'join' })));
  const joined = await Promise.all(names.map((name) => rooms.joinedMs(name)));
  await Promise.all(names.map((name) => rooms.close(name)));
  return names.map((name, index) => (joined[index] ?? Infinity) - (worker.offers.get(name) ?? 0));
}
