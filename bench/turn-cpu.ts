import type { BenchRow } from './bench-row.js';
import { mostFailedShare, runCalls, type RunCallsOptions, runDriverAlone } from './load/run-calls.js';
import type { StartCall } from './load/bench-call.js';
import { agentTalks, oneSecondTurn } from './load/turn-pattern.js';
import { warmUp } from './load/warm-up.js';
import type { MeasureOptions } from './measurement.js';
import { median } from './statistics.js';

/** Four sentences, of two seconds each. */
const longReply = 'We are open from nine to five. On Sundays we are closed. The kitchen closes at four. You can book a table by telephone.';

/**
 * CPU time of a turn of one second, 50 frames in and 6 out, of the whole process: the session and the fakes (VAD, STT, LLM, TTS, input
 * and output), the median of the seconds. What the load driver costs alone (at one call its timers cost more than the session) is measured
 * before and after, and subtracted. A thousand turns come first: V8's compiling is not a turn's. Then the same for an agent that talks for
 * eight seconds of ten, on paced output.
 */
export async function measureTurnCpu({ isQuick, subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  const { startCall } = subject;
  const turn = { startCall, pattern: oneSecondTurn, warmUpTurns: 2, output: 'instant' } as const;
  await warmUp(subject);
  const alone = await cpuPerTurn({ ...turn, calls: 1, turns: isQuick ? 8 : 20 });
  const ten = isQuick ? [] : [await cpuPerTurn({ ...turn, calls: 10, turns: 12 })];
  const many = await cpuPerTurn({ ...turn, calls: 50, turns: isQuick ? 6 : 12 });
  return [
    ...rowsOf('1 call', alone, 2),
    ...ten.flatMap((figures) => rowsOf('10 calls', figures)),
    ...rowsOf('50 calls', many, 0.8),
    ...(isQuick || many.failedShare > mostFailedShare ? [] : [await talkRow(startCall, many.driverMs)]),
  ];
}

function rowsOf(calls: string, { callMs, driverMs, failedShare }: CpuPerTurn, atMost?: number): readonly BenchRow[] {
  const row: BenchRow = {
    what: `CPU of a one-second turn, ${calls}`,
    figures: [callMs],
    unit: 'ms',
    ...(atMost === undefined ? {} : { atMost }),
  };
  return [
    // What was done for turns that were never answered is no turn's.
    ...(failedShare > mostFailedShare ? [] : [row]),
    { what: `turns that failed, ${calls}`, figures: [failedShare * 100], unit: '%' },
    { what: `subtracted for the load driver, ${calls}`, figures: [driverMs], unit: 'ms' },
  ];
}

/** Of each call, the driver's part subtracted. */
interface CpuPerTurn {
  readonly callMs: number;
  readonly driverMs: number;
  /** 0 to 1. */
  readonly failedShare: number;
}

async function cpuPerTurn(options: RunCallsOptions): Promise<CpuPerTurn> {
  const driver = { ...options, turns: Math.ceil(options.turns / 2) };
  const before = await runDriverAlone(driver);
  const { cpuPerSecondMs, failedShare } = await runCalls(options);
  const after = await runDriverAlone(driver);
  const driverMs = median([...before.cpuPerSecondMs, ...after.cpuPerSecondMs]) / options.calls;
  return { driverMs, callMs: median(cpuPerSecondMs) / options.calls - driverMs, failedShare };
}

async function talkRow(startCall: StartCall, driverMs: number): Promise<BenchRow> {
  const voice = { framesPerSegment: 100 };
  const calls = 50;
  const { cpuPerSecondMs } = await runCalls({
    startCall,
    calls,
    pattern: agentTalks,
    warmUpTurns: 0,
    turns: 2,
    output: 'paced',
    reply: longReply,
    voice,
  });
  const callMs = median(cpuPerSecondMs) / calls - driverMs;
  return { what: 'CPU of a second in which the agent talks, 50 calls', figures: [callMs], unit: 'ms' };
}
