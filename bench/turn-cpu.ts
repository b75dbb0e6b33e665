import type { BenchRow } from './bench-row.js';
import { runCalls, type RunCallsOptions, runDriverAlone } from './load/run-calls.js';
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
export async function measureTurnCpu({ isQuick }: MeasureOptions): Promise<readonly BenchRow[]> {
  const turn = { pattern: oneSecondTurn, warmUpTurns: 2, output: 'instant' } as const;
  await warmUp();
  const alone = await cpuPerTurn({ ...turn, calls: 1, turns: isQuick ? 8 : 20 });
  const many = await cpuPerTurn({ ...turn, calls: 50, turns: isQuick ? 6 : 12 });
  const talkingMs = isQuick ? [] : [(await cpuPerSecondOfTalk()) - many.driverMs];
  return [
    { what: 'CPU of a one-second turn, 1 call', figures: [alone.callMs], unit: 'ms', atMost: 2 },
    { what: 'CPU of a one-second turn, 50 calls', figures: [many.callMs], unit: 'ms', atMost: 0.8 },
    ...talkingMs.map((callMs): BenchRow => ({ what: 'CPU of a second in which the agent talks, 50 calls', figures: [callMs], unit: 'ms' })),
    { what: 'subtracted for the load driver, 1 call', figures: [alone.driverMs], unit: 'ms' },
    { what: 'subtracted for the load driver, 50 calls', figures: [many.driverMs], unit: 'ms' },
  ];
}

/** Of each call, the driver's part subtracted. */
interface CpuPerTurn {
  readonly callMs: number;
  readonly driverMs: number;
}

async function cpuPerTurn(options: RunCallsOptions): Promise<CpuPerTurn> {
  const driver = { ...options, turns: Math.ceil(options.turns / 2) };
  const before = await runDriverAlone(driver);
  const { cpuPerSecondMs } = await runCalls(options);
  const after = await runDriverAlone(driver);
  const driverMs = median([...before.cpuPerSecondMs, ...after.cpuPerSecondMs]) / options.calls;
  return { driverMs, callMs: median(cpuPerSecondMs) / options.calls - driverMs };
}

async function cpuPerSecondOfTalk(): Promise<number> {
  const voice = { framesPerSegment: 100 };
  const calls = 50;
  const { cpuPerSecondMs } = await runCalls({
    calls,
    pattern: agentTalks,
    warmUpTurns: 0,
    turns: 2,
    output: 'paced',
    reply: longReply,
    voice,
  });
  return median(cpuPerSecondMs) / calls;
}
