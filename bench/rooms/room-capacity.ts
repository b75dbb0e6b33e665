import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from '../bench-row.js';
import type { MeasureInRoomsOptions } from '../measurement.js';
import { BenchRooms } from './bench-rooms.js';
import { endRoomCalls, type RoomCall, startRoomCalls } from './room-calls.js';
import { SubjectWorker, type SubjectWorkerOptions } from './subject-worker.js';

const callCounts = { quick: [4, 8], full: [5, 10, 15, 20, 30, 40] } as const;
/** More of the agent's voice than this missing, and it does not hold. */
const mostMissing = 0.01;
/** Of a reply of ten seconds, these count: what is late at first has come by then. */
const fromMs = 2000;
const listenMs = 5000;
const hearingMs = 100;
const settleMs = 2000;
const pieceMs = 10;

/**
 * Calls in which the agent speaks all the time, more and more of them, until more than one part in a hundred of the voice is missing at the
 * listeners. The callers and the server have the same cores.
 */
export async function measureRoomCapacity({ isQuick, subject }: MeasureInRoomsOptions): Promise<readonly BenchRow[]> {
  const counts = callCounts[isQuick ? 'quick' : 'full'];
  const apart = await missingAt(counts, { subject, idleProcesses: 2, jobsPerProcess: 1 });
  const rows = rowsOf(apart, 'a process each');
  if (subject === 'peer') return rows;
  const shared = await missingAt(counts, { subject, idleProcesses: 2, jobsPerProcess: 20 });
  return [...rows, ...rowsOf(shared, 'in shared processes (the peer cannot)')];
}

interface Missing {
  readonly calls: number;
  /** Of the agents' voice, 0 to 1. */
  readonly share: number;
}

async function missingAt(counts: readonly number[], options: SubjectWorkerOptions): Promise<readonly Missing[]> {
  const rooms = new BenchRooms();
  await using worker = await SubjectWorker.start(options);
  const running: RoomCall[] = [];
  const results: Missing[] = [];
  for (const calls of counts) {
    running.push(...(await startRoomCalls(rooms, calls - running.length, { agentName: worker.agentName, hearingMs })));
    // Processes that take the place of used ones start meanwhile.
    await sleep(settleMs);
    const share = await missingShare(running);
    results.push({ calls, share });
    if (share > mostMissing) break;
  }
  await endRoomCalls(rooms, running);
  return results;
}

async function missingShare(running: readonly RoomCall[]): Promise<number> {
  // Whatever is still being said is cut off.
  await Promise.all(running.map(({ caller }) => caller.speak(500)));
  await sleep(fromMs);
  const from = running.map(({ caller }) => caller.heard.length);
  await sleep(listenMs);
  const pieces = running.flatMap(({ caller }, index) => caller.heard.slice(from[index]));
  const heard = pieces.filter(({ isLoud }) => isLoud).length;
  // Of a listener who is given nothing at all, not even silence, all is missing: a tenth of a second more or less is the timer's.
  const wanted = running.length * ((listenMs - hearingMs) / pieceMs);
  return 1 - heard / Math.max(pieces.length, wanted);
}

function rowsOf(results: readonly Missing[], what: string): readonly BenchRow[] {
  const held = results.filter(({ share }) => share <= mostMissing).at(-1)?.calls ?? 0;
  return [
    { what: `calls held, ${what}`, figures: [held], unit: 'calls' },
    ...results.map(({ calls, share }): BenchRow => ({ what: `voice missing, ${calls} calls, ${what}`, figures: [share * 100], unit: '%' })),
  ];
}
