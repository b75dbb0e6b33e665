import type { BenchRow } from './bench-row.js';
import { callerFrame, frameMs } from './fakes/caller-frame.js';
import { paceFrames } from './load/pace-frames.js';
import { durationMsOf, frameKind, framesOf, type TurnPattern } from './load/turn-pattern.js';
import type { MeasureOptions } from './measurement.js';
import { percentile } from './statistics.js';

/** The caller speaks again and again into a reply that would last ten seconds. */
const interrupting: TurnPattern = { voiced: 7, silent: 6 };
const longReply = { reply: 'We are open from nine to five.', voice: { framesPerSegment: 500 } } as const;
/** So the fifth voiced frame decides. */
const minInterruptionMs = 5 * frameMs;
const decidingFrame = 4;
/** Left out: code is compiled in them. The first turn interrupts nothing. */
const warmUpTurns = 20;

/**
 * From the push of the frame that completes the least speech that interrupts to the output being told to drop what it has not played. One call
 * in real time, paced output, fake VAD; what the STT says comes later and takes no part.
 */
export async function measureBargeIn({ isQuick, subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  const turns = (isQuick ? 50 : 400) + warmUpTurns;
  const latencies: number[] = [];
  let otherwise = 0;
  let decided: { readonly atMs: number; readonly isMeasured: boolean } | undefined;
  const onClear = () => {
    if (decided === undefined) otherwise += 1;
    else if (decided.isMeasured) latencies.push(performance.now() - decided.atMs);
    decided = undefined;
  };
  const call = await subject.startCall({ ...longReply, output: 'paced', minInterruptionMs, onClear });
  await paceFrames({
    startMs: performance.now() + frameMs,
    frames: turns * framesOf(interrupting),
    onFrame: (index) => {
      const place = index % framesOf(interrupting);
      if (place === 0) decided = undefined;
      if (place === decidingFrame) decided = { atMs: performance.now(), isMeasured: index >= warmUpTurns * framesOf(interrupting) };
      call.push(callerFrame(frameKind(interrupting, index) === 'voiced', index * frameMs));
    },
  });
  const clearedOtherwise = otherwise;
  // Which clears the output, too.
  await call.close();
  const asked = turns - warmUpTurns;
  if (latencies.length < asked / 2) throw new Error(`of ${asked} interruptions only ${latencies.length} cleared the output`);
  return [
    { what: 'deciding frame -> output cleared, p50', figures: [percentile(latencies, 0.5)], unit: 'ms' },
    { what: 'deciding frame -> output cleared, p95', figures: [percentile(latencies, 0.95)], unit: 'ms' },
    { what: 'deciding frame -> output cleared, p99', figures: [percentile(latencies, 0.99)], unit: 'ms', atMost: 1 },
    { what: 'deciding frame -> output cleared, max', figures: [percentile(latencies, 1)], unit: 'ms' },
    { what: `interruptions, one each ${durationMsOf(interrupting)} ms`, figures: [latencies.length], unit: 'turns' },
    { what: 'outputs cleared at another time', figures: [clearedOtherwise], unit: 'turns' },
  ];
}
