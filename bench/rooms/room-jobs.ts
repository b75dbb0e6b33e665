import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import { slope } from '../statistics.js';
import { BenchRooms } from './bench-rooms.js';
import { memoryIfThere, memoryOf } from './process-list.js';
import { SubjectWorker, type SubjectWorkerOptions } from './subject-worker.js';

/** More at once wait for each other on two processors, until the server no longer answers in time. */
const jobsInRound = 5;
const askEveryMs = 50;
/** For jobs to end on a busy machine. */
const endMs = 60_000;
/** Code is compiled in them, and what the library holds grows to its size for so many calls at once. */
const warmUpRounds = 4;
const mostJobs = 1000;

/**
 * Jobs that join their room, publish and begin to say a word, upon which the room is deleted, five at a time, up to a thousand or as many as the
 * time allows: what the worker's heap, after garbage collection, and its resident memory grow by, and what job processes do that are shared.
 */
export async function measureRoomJobs({ isQuick, subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const atMostMs = isQuick ? 10_000 : 480_000;
  const apart = await runJobs({ subject, idleProcesses: 2, jobsPerProcess: 1 }, atMostMs);
  const rows = rowsOfWorker(apart, 'a process each');
  if (subject === 'peer') return rows;
  const shared = await runJobs({ subject, idleProcesses: 1, jobsPerProcess: 10 }, atMostMs);
  const what = 'shared processes (the peer cannot)';
  const resident = `${what}: job processes, resident`;
  const mostMb = Math.max(...shared.map(({ processMb }) => processMb));
  return [
    ...rows,
    // They are replaced after a hundred jobs each: a growth would be that of a saw.
    ...ends(shared, resident, ({ processMb }) => processMb),
    { what: `${resident}, at most`, figures: [mostMb], unit: 'MB' },
    ...rowsOfWorker(shared, what),
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
    // One that has ended meanwhile takes nothing.
    const processMb = worker.jobProcesses.reduce((sum, pid) => sum + (memoryIfThere(pid)?.residentMb ?? 0), 0);
    memories.push({ heapMb, workerMb: memoryOf(worker.pid).residentMb, processMb });
  }
  return memories;
}

async function oneRound(rooms: BenchRooms, worker: SubjectWorker): Promise<void> {
  const names = await Promise.all(Array.from({ length: jobsInRound }, () => rooms.open(worker.agentName, { kind: 'word' })));
  await Promise.all(names.map((name) => rooms.started(name)));
  await Promise.all(names.map((name) => rooms.close(name)));
  const lateMs = performance.now() + endMs;
  while ((await worker.ask('status')).activeJobs > 0) {
    if (performance.now() > lateMs) throw new Error(`jobs had not ended ${endMs} ms after their rooms were deleted`);
    await sleep(askEveryMs);
  }
}

const rowsOfWorker = (memories: readonly Memory[], what: string): readonly BenchRow[] => [
  ...growth(memories, `${what}: worker's heap`, ({ heapMb }) => heapMb),
  ...growth(memories, `${what}: worker, resident`, ({ workerMb }) => workerMb),
  { what: `${what}: jobs`, figures: [memories.length * jobsInRound], unit: 'calls' },
];

/** Its first figure is after the jobs that warm up. */
function growth(memories: readonly Memory[], what: string, of: (memory: Memory) => number): readonly BenchRow[] {
  const perJob = slope(memories.map(of)) / jobsInRound;
  return [...ends(memories, what, of), { what: `${what}, growth by 100 jobs`, figures: [perJob * 100], unit: 'MB' }];
}

function ends(memories: readonly Memory[], what: string, of: (memory: Memory) => number): readonly BenchRow[] {
  const figures = memories.map(of);
  return [
    { what: `${what}, at the start`, figures: figures.slice(0, 1), unit: 'MB' },
    { what: `${what}, at the end`, figures: figures.slice(-1), unit: 'MB' },
  ];
}
