import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.js';
import { untilTrue } from '../load/until-true.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import { slope } from '../statistics.js';
import { BenchRooms } from './bench-rooms.js';
import { memoryOf } from './process-list.js';
import { SubjectWorker, type SubjectWorkerOptions } from './subject-worker.js';

const jobsInRound = 10;
const roundMs = 120_000;
const askEveryMs = 50;
/** Code is compiled in them, and what the library holds grows to its size: a process that ten jobs join at once gets to 300 MB in two rounds, and stays there. */
const warmUpRounds = 3;
const mostJobs = 1000;

/**
 * Jobs that join their room and end at once, ten at a time, up to a thousand or as many as the time allows: what the worker's heap grows by, after
 * garbage collection, and in a process that all of them share, that process.
 */
export async function measureRoomJobs({ isQuick, subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const atMostMs = isQuick ? 10_000 : 200_000;
  const apart = await runJobs({ subject, idleProcesses: 2, jobsPerProcess: 1 }, atMostMs);
  const rows = rowsOf(apart, 'a process each');
  if (subject === 'peer') return rows;
  const shared = await runJobs({ subject, idleProcesses: 1, jobsPerProcess: 10 }, atMostMs);
  const what = 'one process for all (the peer cannot)';
  return [
    ...rows,
    ...rowsOf(shared, what),
    { what: `${what}: resident, the process, growth by 100 jobs`, figures: [slopeBy100(shared, ({ processMb }) => processMb)], unit: 'MB' },
  ];
}

interface Memory {
  readonly heapMb: number;
  readonly workerMb: number;
  /** Of the job processes together. */
  readonly processMb: number;
}

async function runJobs(options: SubjectWorkerOptions, atMostMs: number): Promise<readonly Memory[]> {
  const rooms = new BenchRooms();
  await using worker = await SubjectWorker.start(options);
  for (let round = 0; round < warmUpRounds; round += 1) await oneRound(rooms, worker);
  const memories: Memory[] = [];
  const startMs = performance.now();
  while (memories.length * jobsInRound < mostJobs && (memories.length < 5 || performance.now() - startMs < atMostMs)) {
    await oneRound(rooms, worker);
    const { heapMb } = await worker.ask('collect');
    const processMb = worker.jobProcesses.reduce((sum, pid) => sum + memoryOf(pid).residentMb, 0);
    memories.push({ heapMb, workerMb: memoryOf(worker.pid).residentMb, processMb });
  }
  return memories;
}

async function oneRound(rooms: BenchRooms, worker: SubjectWorker): Promise<void> {
  const offeredBefore = worker.offers.size;
  const names = await Promise.all(Array.from({ length: jobsInRound }, () => rooms.open(worker.agentName, { kind: 'short' })));
  await untilTrue(() => worker.offers.size >= offeredBefore + jobsInRound, { what: 'the jobs to be offered', timeoutMs: roundMs });
  while ((await worker.ask('status')).activeJobs > 0) await sleep(askEveryMs);
  await Promise.all(names.map((name) => rooms.close(name)));
}

function rowsOf(memories: readonly Memory[], what: string): readonly BenchRow[] {
  const last = memories.at(-1);
  return [
    { what: `${what}: worker's heap, growth by 100 jobs`, figures: [slopeBy100(memories, ({ heapMb }) => heapMb)], unit: 'MB' },
    { what: `${what}: worker's heap at the end`, figures: [last?.heapMb ?? 0], unit: 'MB' },
    { what: `${what}: worker, resident at the end`, figures: [last?.workerMb ?? 0], unit: 'MB' },
    { what: `${what}: jobs`, figures: [memories.length * jobsInRound], unit: 'calls' },
  ];
}

const slopeBy100 = (memories: readonly Memory[], of: (memory: Memory) => number): number => (slope(memories.map(of)) / jobsInRound) * 100;
