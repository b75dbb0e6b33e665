import type { BenchRow } from './bench-row.js';
import { runCalls, type RunCallsOptions, runDriverAlone } from './load/run-calls.js';
import { agentTalks, durationMsOf, oneSecondTurn } from './load/turn-pattern.js';
import { warmUp } from './load/warm-up.js';
import type { MeasureOptions } from './measurement.js';

/** Four sentences, of two seconds each. */
const longReply = 'We are open from nine to five. On Sundays we are closed. The kitchen closes at four. You can book a table by telephone.';

/**
 * CPU time of a turn of one second, 50 frames in and 6 out, of the whole process: the session and the fakes (VAD, STT, LLM, TTS, input
 * and output), garbage collection included. What the load driver costs alone (at one call its timers cost more than the session) is
 * measured before and after, and subtracted. A thousand turns come first: V8's compiling is not a turn's. Then the same for an agent that talks for eight seconds of ten, on paced output.
 */
export async function measureTurnCpu({ isQuick }: MeasureOptions): Promise<readonly BenchRow[]> {
  const turn = { pattern: oneSecondTurn, warmUpTurns: 4, output: 'instant' } as const;
  await warmUp();
  const alone = await cpuPerSecond({ ...turn, calls: 1, turns: isQuick ? 5 : 20 });
  const many = await cpuPerSecond({ ...turn, calls: 50, turns: isQuick ? 3 : 6 });
  const voice = { framesPerSegment: 100 };
  const talk = { pattern: agentTalks, warmUpTurns: 1, turns: 1, output: 'paced', reply: longReply, voice } as const;
  const talking = isQuick ? [] : [await cpuPerSecond({ ...talk, calls: 50 })];
  return [
    { what: 'CPU of a one-second turn, 1 call', figures: [alone.callMs], unit: 'ms', atMost: 2 },
    { what: 'CPU of a one-second turn, 50 calls', figures: [many.callMs], unit: 'ms', atMost: 0.8 },
    ...talking.map(({ callMs }): BenchRow => ({
      what: 'CPU of a second in which the agent talks, 50 calls',
      figures: [callMs],
      unit: 'ms',
    })),
    { what: 'subtracted for the load driver, 1 call', figures: [alone.driverMs], unit: 'ms' },
    { what: 'subtracted for the load driver, 50 calls', figures: [many.driverMs], unit: 'ms' },
  ];
}

/** Of each call. */
interface CpuPerSecond {
  readonly callMs: number;
  readonly driverMs: number;
}

async function cpuPerSecond(options: RunCallsOptions): Promise<CpuPerSecond> {
  const seconds = (options.calls * options.turns * durationMsOf(options.pattern)) / 1000;
  // Its code is compiled in it.
  await runDriverAlone({ ...options, pattern: oneSecondTurn, turns: 1 });
  const before = await runDriverAlone(options);
  const run = await runCalls(options);
  const after = await runDriverAlone(options);
  const driverMs = (before.cpuMs + after.cpuMs) / 2 / seconds;
  return { driverMs, callMs: run.cpuMs / seconds - driverMs };
}
