import type { BenchRow } from './bench-row.js';
import { type Memory, memoryAfterCollection } from './load/collect-garbage.js';
import { startFakeCall } from './load/fake-call.js';
import { pushTogether, type Stretch } from './load/push-together.js';
import type { MeasureOptions } from './measurement.js';
import { slope } from './statistics.js';

/** Calls before those that are counted: code, heap and buffers have grown to their size then. */
const firstCalls = 1000;
const rounds = 10;
const atOnce = 50;

const oneTurn: readonly Stretch[] = [
  { frames: 10, isVoiced: true },
  { frames: 10, isVoiced: false },
];

/** Calls of one turn each, opened and closed. The heap of a process comes and goes by some 0.2 MB: hence ten rounds, and their slope. */
export async function measureClosedCalls({ isQuick }: MeasureOptions): Promise<readonly BenchRow[]> {
  const callsInRound = isQuick ? 200 : 1000;
  await openAndClose(firstCalls);
  const memories: Memory[] = [await memoryAfterCollection()];
  const startMs = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    await openAndClose(callsInRound);
    memories.push(await memoryAfterCollection());
  }
  const durationMs = performance.now() - startMs;
  const heapKb = memories.map((memory) => memory.heapKb);
  const further = rounds * callsInRound;
  return [
    { what: 'heap left by each closed call', figures: [slope(heapKb) / callsInRound], unit: 'KB', atMost: 0.2 },
    { what: `heap after the first ${firstCalls}`, figures: [(heapKb[0] ?? 0) / 1000], unit: 'MB' },
    { what: `heap after ${further} more`, figures: [(heapKb.at(-1) ?? 0) / 1000], unit: 'MB' },
    {
      what: 'resident memory left by each closed call',
      figures: [slope(memories.map((memory) => memory.rssKb)) / callsInRound],
      unit: 'KB',
    },
    { what: 'time to open, answer and close, per call', figures: [durationMs / further], unit: 'ms' },
  ];
}

async function openAndClose(count: number): Promise<void> {
  for (let closed = 0; closed < count; closed += atOnce) {
    let replies = 0;
    const onReply = () => void (replies += 1);
    const calls = await Promise.all(Array.from({ length: atOnce }, () => startFakeCall({ output: 'instant', onReply })));
    await pushTogether(calls, oneTurn);
    await Promise.all(calls.map((call) => call.close()));
    if (replies !== atOnce) throw new Error(`of ${atOnce} calls only ${replies} were answered`);
  }
}
