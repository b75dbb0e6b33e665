import type { BenchRow } from './bench-row.js';
import { type Memory, memoryAfterCollection } from './load/collect-garbage.js';
import { pushTogether, type Stretch } from './load/push-together.js';
import { untilTrue } from './load/until-true.js';
import type { MeasureOptions } from './measurement.js';
import { slope } from './statistics.js';
import type { Subject } from './subject.js';

const replyTimeoutMs = 20_000;

const oneTurn: readonly Stretch[] = [
  { frames: 10, isVoiced: true },
  { frames: 10, isVoiced: false },
];

/**
 * Calls of one turn each, opened and closed. The heap of a process comes and goes by some 0.2 MB: hence ten rounds, and their slope. Fewer where
 * the time does not allow ten.
 */
export async function measureClosedCalls({ isQuick, subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  const { firstCalls, rounds, ...sizes } = subject.sizes.closing;
  const share = isQuick ? 1 / 5 : 1;
  const callsInRound = sizes.callsInRound * share;
  await openAndClose(subject, firstCalls);
  const memories: Memory[] = [await memoryAfterCollection()];
  const startMs = performance.now();
  for (let round = 0; round < rounds && performance.now() - startMs < sizes.atMostMs * share; round += 1) {
    await openAndClose(subject, callsInRound);
    memories.push(await memoryAfterCollection());
  }
  const durationMs = performance.now() - startMs;
  const further = (memories.length - 1) * callsInRound;
  const heapKb = memories.map((memory) => memory.heapKb);
  const rssKb = memories.map((memory) => memory.rssKb);
  const heapPerCall = slope(heapKb) / callsInRound;
  return [
    { what: 'heap left by each closed call', figures: [heapPerCall], unit: 'KB', atMost: 0.2 },
    { what: 'resident memory left by each closed call', figures: [slope(rssKb) / callsInRound], unit: 'KB' },
    { what: 'heap before', figures: [(heapKb[0] ?? 0) / 1000], unit: 'MB' },
    { what: 'heap after', figures: [(heapKb.at(-1) ?? 0) / 1000], unit: 'MB' },
    { what: 'time to open, answer and close, per call', figures: [durationMs / further], unit: 'ms' },
    { what: 'calls opened and closed, besides the first', figures: [further], unit: 'calls' },
  ];
}

async function openAndClose({ startCall, sizes }: Subject, count: number): Promise<void> {
  const { atOnce } = sizes.closing;
  for (let closed = 0; closed < count; closed += atOnce) {
    let replies = 0;
    const onReply = () => void (replies += 1);
    const calls = await Promise.all(Array.from({ length: atOnce }, () => startCall({ output: 'instant', onReply })));
    await pushTogether(calls, oneTurn);
    await untilTrue(() => replies >= atOnce, { what: `${atOnce} replies`, timeoutMs: replyTimeoutMs });
    await Promise.all(calls.map((call) => call.close()));
  }
}
